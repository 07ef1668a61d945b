// docs/operations.md says which metrics and which log fields there are: it is held against the
// sources.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace leadrelay {
namespace {

namespace fs = std::filesystem;
using testing::ContainerEq;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::set<std::string> Matches(const std::string& text, const std::string& pattern) {
  std::set<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

std::string Sources(bool only_those_that_log) {
  std::string all;
  for (const char* folder : {"common", "services"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(LEADRELAY_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".cc") continue;
      std::string text = Read(entry.path());
      if (only_those_that_log && text.find("common/observe/log.h") == std::string::npos) continue;
      all += text;
    }
  }
  return all;
}

std::string Section(const std::string& heading) {
  std::string text = Read(fs::path(LEADRELAY_SOURCE_DIR) / "docs/operations.md");
  const size_t begin = text.find("\n## " + heading);
  EXPECT_NE(begin, std::string::npos) << "docs/operations.md has no section " << heading;
  return text.substr(begin, text.find("\n## ", begin + 1) - begin);
}

TEST(OperationsDocsTest, NameEveryMetricAndNoOther) {
  EXPECT_THAT(Matches(Section("Metrics"), "\n\\| `(leadrelay_[a-z_]+)`"),
              ContainerEq(Matches(Sources(false), "\"(leadrelay_[a-z_]+)\"")));
}

TEST(OperationsDocsTest, NameEveryLogField) {
  const std::set<std::string> documented = Matches(Section("Log"), "`([a-z_]+)`");
  for (const std::string& field :
       Matches(Sources(true), "\\.(?:Text|Number|Real|Flag|Time|Millis)\\(\"([a-z_]+)\"")) {
    EXPECT_TRUE(documented.contains(field)) << field << " is not in docs/operations.md";
  }
}

}  // namespace
}  // namespace leadrelay
