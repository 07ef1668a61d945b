// Holds docs/configuration.md, compose/leadrelay.example.yaml and the code together: every key that
// is read is documented with its type, default and range, and nothing else is.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/config/yaml.h"
#include "common/json/json.h"
#include "services/delivery/connectors/connector.h"
#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::IsEmpty;

std::string ReadFile(const std::string& path) {
  std::ifstream file(std::string(LEADRELAY_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// Every variable and every file has something in it that any secret may be.
Environment AnyEnvironment() {
  const auto anything = [](const std::string&) -> std::optional<std::string> {
    return "whsec_" + std::string(44, 'A');
  };
  return {anything, anything};
}

std::string Trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// The rows of every table of settings in a page.
std::map<std::string, Setting> DocumentedIn(const std::string& page) {
  std::map<std::string, Setting> settings;
  std::istringstream lines(ReadFile(page));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line.substr(1));
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(Trimmed(cell));
    if (cells.size() != 5 || cells[0].size() < 3) {
      ADD_FAILURE() << page << ": a row has to have five cells: " << line;
      continue;
    }
    const std::string path = cells[0].substr(1, cells[0].size() - 2);
    EXPECT_TRUE(settings.emplace(path, Setting{path, cells[1], cells[2], cells[3]}).second)
        << path << " is documented twice in " << page;
  }
  return settings;
}

bool IsSection(const Setting& setting) {
  return setting.type == "section" || setting.type == "list of sections" ||
         setting.type == "sections by name";
}

// Defaults that depend on other settings: in words, not as the code has them.
bool HasDefaultInWords(const std::string& path) {
  static const std::set<std::string> paths = {"broker.tls.enabled",
                                              "publishers.<name>.burst",
                                              "routes[].name",
                                              "routes[].when[].exists",
                                              "destinations.<name>.limits[].name",
                                              "destinations.<name>.limits[].requests",
                                              "destinations.<name>.limits[].per"};
  return paths.contains(path);
}

// The keys of a mapping are the CRM's fields, whatever they are.
bool IsInMapping(const std::string& path) {
  return path.find("_mapping.") != std::string::npos;
}

// Where the code knows no default or range, the page may describe it in words.
void ExpectDocumented(const std::map<std::string, Setting>& documented, const Setting& asked) {
  const auto found = documented.find(asked.path);
  if (found == documented.end()) {
    EXPECT_TRUE(IsSection(asked) || IsInMapping(asked.path)) << asked.path << " is not documented";
    return;
  }
  EXPECT_EQ(found->second.type, asked.type) << asked.path;
  if (asked.fallback == "required") {
    EXPECT_TRUE(found->second.fallback.starts_with("required")) << asked.path;
  } else if (!asked.fallback.empty() && !HasDefaultInWords(asked.path)) {
    // "free, with OAuth oauth": what it hangs on may follow.
    EXPECT_TRUE(absl::StartsWith(found->second.fallback, asked.fallback))
        << asked.path << ": " << found->second.fallback << " instead of " << asked.fallback;
  }
  if (!asked.range.empty()) {
    EXPECT_EQ(found->second.range, asked.range) << asked.path;
  }
}

void ExpectSame(const std::map<std::string, Setting>& documented,
                const std::vector<Setting>& asked) {
  std::set<std::string> paths;
  for (const Setting& setting : asked) {
    ExpectDocumented(documented, setting);
    paths.insert(setting.path);
  }
  for (const auto& [path, setting] : documented) {
    EXPECT_TRUE(paths.contains(path)) << path << " is documented, and nobody asks for it";
  }
}

struct Loaded {
  Section root;
  Config config;
  Faults faults;
};

Loaded LoadText(const std::string& text) {
  Loaded loaded;
  loaded.root = Section::Parse(text, AnyEnvironment(), loaded.faults);
  loaded.config = Read(loaded.root, loaded.faults);
  return loaded;
}

// The settings that a connector asks for in any of its fixtures: those show it in every form.
std::vector<Setting> ConnectorSettings(const delivery::ConnectorType& type) {
  std::map<std::string, Setting> settings;
  const std::string folder =
      absl::StrCat(LEADRELAY_SOURCE_DIR, "/tests/fixtures/connectors/", std::string(type.name));
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const absl::StatusOr<json::Document> fixture =
        json::Document::Parse(std::string(std::istreambuf_iterator<char>(file), {}));
    EXPECT_TRUE(fixture.ok()) << entry.path();
    if (!fixture.ok()) continue;
    const json::Value variables = fixture->root().Find("environment");
    Environment environment;
    environment.variable = [&variables](const std::string& name) -> std::optional<std::string> {
      const std::optional<std::string_view> value = variables.Find(name).AsString();
      if (!value.has_value()) return std::nullopt;
      return std::string(*value);
    };
    environment.file = [](const std::string&) { return std::nullopt; };
    Faults faults;
    Section root = Section::Parse(
        absl::StrCat("settings: ", fixture->root().Find("settings").ToJson()), environment, faults);
    (void)type.configure({"crm", root.Child("settings"), Section()});
    for (const Setting& setting : root.AskedSettings()) {
      if (setting.path.starts_with("settings.")) settings.emplace(setting.path, setting);
    }
  }
  std::vector<Setting> list;
  list.reserve(settings.size());
  for (const auto& [path, setting] : settings) list.push_back(setting);
  return list;
}

TEST(ConfigurationDocs, DescribeEverySetting) {
  ExpectSame(DocumentedIn("docs/configuration.md"),
             LoadText(ReadFile("compose/leadrelay.example.yaml")).root.AskedSettings());
}

TEST(ConfigurationDocs, DescribeEveryConnectorInItsFolder) {
  for (const delivery::ConnectorType& type : delivery::AllConnectors()) {
    SCOPED_TRACE(type.name);
    ExpectSame(DocumentedIn(absl::StrCat(
                   "services/delivery/connectors/", std::string(type.name), "/README.md")),
               ConnectorSettings(type));
  }
}

// The paths of all keys in a file, names and list items as the documentation writes them.
void CollectPaths(const YamlNode& node, const std::string& path, std::set<std::string>& paths) {
  paths.insert(path);
  for (const YamlNode& item : node.items) CollectPaths(item, absl::StrCat(path, "[]"), paths);
  const bool named = path == "publishers" || path == "forms" || path == "destinations";
  for (const YamlMember& member : node.members) {
    const std::string name = named ? "<name>" : member.key;
    CollectPaths(member.value, path.empty() ? name : absl::StrCat(path, ".", name), paths);
  }
}

TEST(ExampleConfiguration, ShowsEverySetting) {
  const std::string text = ReadFile("compose/leadrelay.example.yaml");
  Faults faults;
  std::set<std::string> shown;
  CollectPaths(ParseYaml(text, faults), "", shown);
  for (const Setting& setting : LoadText(text).root.AskedSettings()) {
    EXPECT_TRUE(shown.contains(setting.path)) << setting.path << " is missing";
  }
}

TEST(ExampleConfiguration, HasNoFaults) {
  Loaded loaded = LoadText(ReadFile("compose/leadrelay.example.yaml"));
  for (const Destination& destination : loaded.config.destinations) {
    const delivery::ConnectorType* type = delivery::FindConnector(destination.connector);
    ASSERT_NE(type, nullptr) << destination.connector;
    (void)type->configure({destination.name, destination.settings, destination.mapping});
  }
  EXPECT_THAT(FaultLines(loaded.faults), IsEmpty());
}

}  // namespace
}  // namespace leadrelay::config
