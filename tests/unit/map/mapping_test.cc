#include "services/delivery/map/mapping.h"

#include <gtest/gtest.h>

#include "tests/unit/map/compile.h"

namespace leadrelay::delivery {
namespace {

const std::vector<DefaultField> kDefaults = {{"email", "email"}, {"phone", "phone"}};

constexpr std::string_view kLead =
    R"({"email":"ann@example.com","phone":"+15550100001","form_data":{"plan":"gold","seats":3}})";

using Fields = std::vector<MappedField>;

TEST(Mapping, OfAConnectorAlone) {
  const Compiled compiled = Compile("", kDefaults);
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
)",
                                    kDefaults);
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
    const Compiled compiled = Compile(yaml, kDefaults);
    EXPECT_EQ(compiled.faults, "") << yaml;
    EXPECT_EQ(compiled.mapping.Fields(), std::vector<std::string>{"email"}) << yaml;
  }
}

TEST(Mapping, LeavesOutWhatTheLeadDoesNotHave) {
  EXPECT_EQ(Apply(Compile("", kDefaults).mapping, R"({"email":"","phone":null})"), Fields{});
  EXPECT_EQ(Apply(Compile("", kDefaults).mapping, "null"), Fields{});
}

TEST(Mapping, EmptyWithoutDefaultsAndConfiguration) {
  EXPECT_TRUE(Compile("").mapping.empty());
  EXPECT_FALSE(Compile("mapping: {a: email}").mapping.empty());
  EXPECT_TRUE(Compile("mapping: {a: email}").mapping.Fills("a"));
  EXPECT_FALSE(Compile("mapping: {a: email}").mapping.Fills("b"));
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
  const Mapping mapping = Compile("mapping: {note: form_data.x}").mapping;
  for (const std::string& value : values) {
    json::Writer writer;
    writer.StartObject().Key("form_data").StartObject().Member("x", value).EndObject().EndObject();
    EXPECT_EQ(Apply(mapping, writer.Take()), (Fields{{"note", value}}));
  }
}

}  // namespace
}  // namespace leadrelay::delivery
