// The door is the only one: nothing outside common/json may include RapidJSON.  This test's oracle
// is the one exception.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace leadrelay::json {
namespace {

TEST(DoorTest, NothingElseIncludesRapidJson) {
  namespace fs = std::filesystem;
  const fs::path root = LEADRELAY_SOURCE_DIR;
  std::vector<std::string> offenders;
  int inside = 0;
  for (const char* folder : {"common", "services", "tools", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      const std::string name = fs::relative(entry.path(), root).generic_string();
      if (name == "tests/unit/json/schema_oracle_test.cc") continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        const bool opens = line.starts_with("#include <rapidjson/") ||
                           line.starts_with("#include \"rapidjson/") ||
                           line.starts_with("#include \"common/json/rapidjson.h\"");
        if (!opens) continue;
        if (name.starts_with("common/json/")) {
          ++inside;
        } else {
          offenders.push_back(name);
        }
      }
    }
  }
  EXPECT_EQ(offenders, std::vector<std::string>());
  EXPECT_GT(inside, 0) << "the search finds nothing at all any more";
}

}  // namespace
}  // namespace leadrelay::json
