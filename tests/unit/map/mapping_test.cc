#include "services/delivery/map/mapping.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

const std::vector<DefaultField> kDefaults = {{"email", "email"}, {"phone", "phone"}};

struct Compiled {
  Mapping mapping;
  std::string faults;
};

Compiled Compile(std::string_view yaml, const std::vector<DefaultField>& defaults = kDefaults) {
  config::Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "TEAM") return "sales";
    return std::nullopt;
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(yaml, environment, faults);
  Compiled compiled;
  config::Section section = root.Child("mapping");
  compiled.mapping = Mapping::Compile(section, defaults);
  section.RefuseUnknownKeys();
  compiled.faults = faults.ToText("f");
  return compiled;
}

std::vector<MappedField> Apply(const Mapping& mapping, std::string_view lead) {
  const json::Document document = *json::Document::Parse(lead);
  return mapping.Apply({document.root(), "l1", "l1:crm", "", absl::UnixEpoch()});
}

constexpr std::string_view kLead =
    R"({"email":"ann@example.com","phone":"+15550100001","form_data":{"plan":"gold","seats":3}})";

using Fields = std::vector<MappedField>;

TEST(Mapping, OfAConnectorAlone) {
  const Compiled compiled = Compile("");
  EXPECT_EQ(compiled.faults, "");
  EXPECT_EQ(Apply(compiled.mapping, kLead),
            (Fields{{"email", "ann@example.com"}, {"phone", "+15550100001"}}));
}

TEST(Mapping, ConfigurationAddsReplacesAndDrops) {
  const Compiled compiled = Compile(R"(
mapping:
  plan: form_data.plan
  tier: {from: form_data.tier, default: basic}
  lead_source: {value: Website}
  seats: form_data.seats
  limit: {from: form_data.limit, default: 10, as: number}
  priority: {value: "5", as: number}
  vip: {value: true, as: boolean}
  zip: {value: 01234}
  team: {value: "${TEAM}"}
  email: form_data.plan
  phone: null
  id: lead_id
)");
  EXPECT_EQ(compiled.faults, "");
  EXPECT_EQ(Apply(compiled.mapping, kLead),
            (Fields{{"email", "gold"},
                    {"plan", "gold"},
                    {"tier", "basic"},
                    {"lead_source", "Website"},
                    {"seats", int64_t{3}},
                    {"limit", int64_t{10}},
                    {"priority", int64_t{5}},
                    {"vip", true},
                    {"zip", "01234"},
                    {"team", "sales"},
                    {"id", "l1"}}));
}

TEST(Mapping, EveryWayToDrop) {
  for (const char* yaml : {"mapping: {phone: null}",
                           "mapping: {phone: }",
                           "mapping: {phone: ''}",
                           "mapping: {phone: {drop: true}}"}) {
    const Compiled compiled = Compile(yaml);
    EXPECT_EQ(compiled.faults, "") << yaml;
    EXPECT_EQ(compiled.mapping.Fields(), std::vector<std::string>{"email"}) << yaml;
  }
}

TEST(Mapping, LeavesOutWhatTheLeadDoesNotHave) {
  EXPECT_EQ(Apply(Compile("").mapping, R"({"email":"","phone":null})"), Fields{});
  EXPECT_EQ(Apply(Compile("").mapping, "null"), Fields{});
}

TEST(Mapping, EmptyWithoutDefaultsAndConfiguration) {
  EXPECT_TRUE(Compile("", {}).mapping.empty());
  EXPECT_FALSE(Compile("mapping: {a: email}", {}).mapping.empty());
  EXPECT_TRUE(Compile("mapping: {a: email}", {}).mapping.Fills("a"));
  EXPECT_FALSE(Compile("mapping: {a: email}", {}).mapping.Fills("b"));
}

TEST(Mapping, FaultsNameTheLineAndTheWayOut) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a: emial", "f:2: mapping.a: \"emial\" is no path of a lead; did you mean \"email\"?\n"},
      {"a: source.utm_sorce",
       "f:2: mapping.a: \"source.utm_sorce\" is no path of a lead; did you mean "
       "\"source.utm_source\"?\n"},
      {"a: Website",
       "f:2: mapping.a: \"Website\" is no path of a lead; fields of a form are form_data.<name>, a "
       "fixed text is {value: ...}\n"},
      {"a: {from: emial}",
       "f:2: mapping.a.from: \"emial\" is no path of a lead; did you mean \"email\"?\n"},
      {"a: {default: x}",
       "f:2: mapping.a: has to have exactly one of `from`, `value` and `drop: true`\n"},
      {"a: {from: email, value: x}",
       "f:2: mapping.a: has to have exactly one of `from`, `value` and `drop: true`\n"},
      {"a: {from: email, drop: true}",
       "f:2: mapping.a: has to have exactly one of `from`, `value` and `drop: true`\n"},
      {"a: {value: x, default: y}", "f:2: mapping.a.default: makes no sense beside `value`\n"},
      {"a: {from: email, as: number}",
       "f:2: mapping.a.as: says what `value` or `default` is, and there is neither\n"},
      {"a: {value: five, as: number}", "f:2: mapping.a.value: is not a number\n"},
      {"a: {from: email, default: x, as: boolean}", "f:2: mapping.a.default: is not a boolean\n"},
      {"a: [email]", "f:2: mapping.a: has to be a single value\n"},
      {"a: {form: email}",
       "f:2: mapping.a: has to have exactly one of `from`, `value` and `drop: true`\n"
       "f:2: mapping.a.form: unknown key; did you mean \"from\"?\n"},
  };
  for (const auto& [line, fault] : cases) {
    EXPECT_EQ(Compile("mapping:\n  " + line).faults, fault) << line;
  }
}

// Whatever stands in a lead goes through as it is: escaping is for whoever writes the request.
TEST(Mapping, HostileValuesPassUnchanged) {
  const std::vector<std::string> values = {"\"}],\"admin\":true",
                                           "a&b=c",
                                           "x\r\nSet-Cookie: y",
                                           "' OR 1=1 --",
                                           "=HYPERLINK(\"http://example.com\")",
                                           "${TEAM}",
                                           "{{lead}}",
                                           "\xE2\x80\xAE"
                                           "abc",
                                           std::string("nul\0byte", 8),
                                           std::string(100'000, 'x')};
  const Mapping mapping = Compile("mapping: {note: form_data.x}", {}).mapping;
  for (const std::string& value : values) {
    json::Writer writer;
    writer.StartObject().Key("form_data").StartObject().Member("x", value).EndObject().EndObject();
    EXPECT_EQ(Apply(mapping, writer.Take()), (Fields{{"note", value}}));
  }
}

}  // namespace
}  // namespace leadrelay::delivery
