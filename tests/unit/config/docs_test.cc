// Holds docs/configuration.md, compose/leadrelay.example.yaml and the code together: every key that
// is read is documented with its type, default and range, and nothing else is.

#include <fstream>
#include <iterator>
#include <sstream>

#include "common/config/yaml.h"
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

// The rows of the tables under headings that begin with `heading`, up to the next of that level.
// Those of connectors are under headings of the third level.
std::map<std::string, Setting> DocumentedUnder(const std::string& heading) {
  std::map<std::string, Setting> settings;
  std::istringstream lines(ReadFile("docs/configuration.md"));
  const std::string level = heading.substr(0, heading.find(' ') + 1);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(level) || line.starts_with("## ")) inside = line.starts_with(heading);
    if (!inside || !line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::istringstream row(line.substr(1));
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(Trimmed(cell));
    if (cells.size() != 5 || cells[0].size() < 3) {
      ADD_FAILURE() << "a row has to have five cells: " << line;
      continue;
    }
    const std::string path = cells[0].substr(1, cells[0].size() - 2);
    if (path.starts_with("settings.") != (level == "### ")) continue;
    EXPECT_TRUE(settings.emplace(path, Setting{path, cells[1], cells[2], cells[3]}).second)
        << path << " is documented twice";
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
                                              "destinations.<name>.limits[].per",
                                              "settings.plan"};
  return paths.contains(path);
}

// Where the code knows no default or range, the page may describe it in words.
void ExpectDocumented(const std::map<std::string, Setting>& documented, const Setting& asked) {
  const auto found = documented.find(asked.path);
  if (found == documented.end()) {
    EXPECT_TRUE(IsSection(asked)) << asked.path << " is not in docs/configuration.md";
    return;
  }
  EXPECT_EQ(found->second.type, asked.type) << asked.path;
  if (asked.fallback == "required") {
    EXPECT_TRUE(found->second.fallback.starts_with("required")) << asked.path;
  } else if (!asked.fallback.empty() && !HasDefaultInWords(asked.path)) {
    EXPECT_EQ(found->second.fallback, asked.fallback) << asked.path;
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

// The settings that a connector asks for in any of these forms, and their faults.
std::vector<Setting> ConnectorSettings(const std::string& connector,
                                       const std::vector<std::string>& forms) {
  std::map<std::string, Setting> settings;
  for (const std::string& form : forms) {
    Loaded loaded = LoadText(absl::StrCat(
        "destinations:\n  crm:\n    connector: ", connector, "\n    settings: ", form, "\n"));
    const delivery::ConnectorType* type = delivery::FindConnector(connector);
    EXPECT_NE(type, nullptr) << connector;
    if (type == nullptr) return {};
    const Destination& crm = loaded.config.destinations.at(0);
    (void)type->configure({crm.name, crm.settings, crm.mapping});
    EXPECT_THAT(FaultLines(loaded.faults), IsEmpty()) << form;
    constexpr std::string_view kPrefix = "destinations.<name>.";
    for (Setting setting : loaded.root.AskedSettings()) {
      if (!setting.path.starts_with("destinations.<name>.settings.")) continue;
      setting.path = setting.path.substr(kPrefix.size());
      settings.emplace(setting.path, setting);
    }
  }
  std::vector<Setting> list;
  list.reserve(settings.size());
  for (const auto& [path, setting] : settings) list.push_back(setting);
  return list;
}

TEST(ConfigurationDocs, DescribeEverySetting) {
  ExpectSame(DocumentedUnder("## "),
             LoadText(ReadFile("compose/leadrelay.example.yaml")).root.AskedSettings());
}

TEST(ConfigurationDocs, DescribeTheWebhookConnector) {
  ExpectSame(
      DocumentedUnder("### webhook"),
      ConnectorSettings("webhook",
                        {"{url: \"https://www.example.com\"}",
                         "{url: \"https://www.example.com\", auth: bearer, token: \"${T}\"}",
                         "{url: \"https://www.example.com\", auth: api_key, token: \"${T}\", "
                         "api_key_header: X-Key}",
                         "{url: \"https://www.example.com\", auth: basic, username: u, password: "
                         "\"${P}\"}"}));
}

TEST(ConfigurationDocs, DescribeTheHubspotConnector) {
  ExpectSame(
      DocumentedUnder("### hubspot"),
      ConnectorSettings("hubspot",
                        {"{access_token: \"${T}\"}",
                         "{client_id: c, client_secret: \"${S}\", refresh_token: \"${R}\"}"}));
}

TEST(ConfigurationDocs, NameEveryConnector) {
  std::vector<std::string> names;
  for (const delivery::ConnectorType& type : delivery::AllConnectors()) {
    names.emplace_back(type.name);
    EXPECT_FALSE(DocumentedUnder("### " + std::string(type.name)).empty()) << type.name;
  }
  const Setting connector = DocumentedUnder("## ")["destinations.<name>.connector"];
  std::vector<std::string> documented;
  std::istringstream range(connector.range);
  for (std::string name; std::getline(range, name, ',');) documented.push_back(Trimmed(name));
  EXPECT_THAT(documented, testing::UnorderedElementsAreArray(names));
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
