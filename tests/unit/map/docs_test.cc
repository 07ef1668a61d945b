// Holds docs/mapping.md and the code together: its examples do what they say, its tables are
// complete.

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/unit/map/compile.h"

namespace leadrelay::delivery {
namespace {

std::vector<std::string> Lines() {
  std::ifstream file(LEADRELAY_SOURCE_DIR "/docs/mapping.md");
  EXPECT_TRUE(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

struct Block {
  std::string language;
  std::string text;
};

std::vector<Block> Blocks() {
  std::vector<Block> blocks;
  bool inside = false;
  for (const std::string& line : Lines()) {
    if (line.starts_with("```")) {
      if (!inside) blocks.push_back({line.substr(3), ""});
      inside = !inside;
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

// The cells of each row below a heading.
std::vector<std::vector<std::string>> Rows(const std::string& heading) {
  std::vector<std::vector<std::string>> rows;
  bool below = false;
  for (const std::string& line : Lines()) {
    if (line.starts_with("## ")) below = line == "## " + heading;
    if (!below || !line.starts_with("| `")) continue;
    std::istringstream row(line.substr(2));
    std::vector<std::string>& cells = rows.emplace_back();
    for (std::string cell; std::getline(row, cell, '|');) {
      cell.erase(0, cell.find_first_not_of(' '));
      cell.erase(cell.find_last_not_of(' ') + 1);
      cells.push_back(cell);
    }
  }
  return rows;
}

// What stands in `backquotes`.
std::set<std::string> Quoted(const std::string& cell) {
  std::set<std::string> words;
  size_t begin = cell.find('`');
  while (begin != std::string::npos) {
    const size_t end = cell.find('`', begin + 1);
    words.insert(cell.substr(begin + 1, end - begin - 1));
    begin = cell.find('`', end + 1);
  }
  return words;
}

TEST(MappingDocs, ExamplesGiveWhatTheySay) {
  const std::vector<Block> blocks = Blocks();
  size_t examples = 0;
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].language != "yaml") continue;
    SCOPED_TRACE(blocks[i].text);
    ASSERT_TRUE(i + 2 < blocks.size());
    const Compiled compiled = Compile(blocks[i].text);
    EXPECT_EQ(compiled.faults, "");
    json::Writer writer;
    writer.StartObject();
    for (const MappedField& field : Apply(compiled.mapping, blocks[i + 1].text)) {
      Write(writer.Key(field.field), field.value);
    }
    writer.EndObject();
    const absl::StatusOr<json::Document> expected = json::Document::Parse(blocks[i + 2].text);
    ASSERT_TRUE(expected.ok()) << expected.status();
    EXPECT_EQ(writer.Take(), expected->root().ToJson());
    EXPECT_TRUE(Warnings(compiled.mapping, blocks[i + 1].text).empty());
    ++examples;
  }
  EXPECT_GE(examples, 7U);
}

// Every key that the code asks for, as the type and with the default that it asks for.
TEST(MappingDocs, HaveEveryKeyOfAnEntry) {
  config::Environment environment;
  config::Section root =
      config::Section::Parse("mapping: {a: {value: x}}", environment, config::Faults());
  (void)Mapping::Compile(root.Child("mapping"));
  std::map<std::string, std::pair<std::string, std::string>> asked;
  for (const config::Setting& setting : root.AskedSettings()) {
    constexpr std::string_view kEntry = "mapping.a.";
    if (!setting.path.starts_with(kEntry)) continue;
    asked[setting.path.substr(kEntry.size())] = {setting.type, setting.fallback};
  }
  std::map<std::string, std::pair<std::string, std::string>> documented;
  for (const std::vector<std::string>& cells : Rows("An entry")) {
    ASSERT_EQ(cells.size(), 4U) << cells[0];
    documented[*Quoted(cells[0]).begin()] = {cells[1], cells[2]};
  }
  EXPECT_EQ(documented, asked);
}

TEST(MappingDocs, HaveEveryTransform) {
  std::set<std::string> documented;
  for (const std::vector<std::string>& cells : Rows("Transforms")) {
    documented.merge(Quoted(cells.at(0)));
  }
  const std::vector<std::string>& names = TextTransforms::Names();
  EXPECT_EQ(documented, std::set<std::string>(names.begin(), names.end()));
}

TEST(MappingDocs, HaveEveryPartOfATime) {
  std::string documented;
  for (const std::vector<std::string>& cells : Rows("Times")) {
    for (const size_t cell : {0U, 2U}) {
      for (const std::string& part : Quoted(cells.at(cell))) {
        EXPECT_EQ(TimeFormat::FaultInWritten("%Y" + part), std::nullopt) << part;
        documented += part + " ";
      }
    }
  }
  const std::string known = *TimeFormat::FaultInWritten("%Q");
  std::istringstream parts(known.substr(known.find(": ") + 2));
  for (std::string part; parts >> part;) {
    EXPECT_NE(documented.find(part + " "), std::string::npos) << part;
  }
}

TEST(MappingDocs, HaveEveryFactAroundALead) {
  for (const std::vector<std::string>& cells : Rows("Lead paths")) {
    for (const std::string& path : Quoted(cells.at(0))) {
      EXPECT_TRUE(LeadPath::Parse(path).has_value()) << path;
    }
    if (cells.at(0) != "`operation`") continue;
    const std::vector<std::string>& operations = LeadPath::Operations();
    EXPECT_EQ(Quoted(cells.at(1)), std::set<std::string>(operations.begin(), operations.end()));
  }
}

}  // namespace
}  // namespace leadrelay::delivery
