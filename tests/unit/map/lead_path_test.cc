#include "services/delivery/map/lead_path.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

constexpr std::string_view kLead = R"({
  "email": "ann@example.com", "company": "", "source": {"utm_source": "ads"},
  "deal": {"value": 50000}, "consent_given": true,
  "form_data": {"plan": "gold", "a.b": "dotted", "a": {"b": "nested"}, "utm.x": null,
                "sizes": ["S", "M"]}
})";

class LeadPathTest : public testing::Test {
 protected:
  std::optional<Scalar> Read(std::string_view path) const {
    const std::optional<LeadPath> parsed = LeadPath::Parse(path);
    EXPECT_TRUE(parsed.has_value()) << path;
    return parsed.has_value() ? parsed->Read(facts_) : std::nullopt;
  }

  const json::Document document_ = *json::Document::Parse(kLead);
  const LeadFacts facts_ = {
      document_.root(), "l1", "l1:crm", "shop", absl::FromUnixMillis(1'788'256'800'123)};
};

TEST_F(LeadPathTest, FindsWhatTheLeadHas) {
  const std::vector<std::pair<std::string, std::optional<Scalar>>> cases = {
      {"email", "ann@example.com"},
      {"phone", std::nullopt},
      {"company", std::nullopt},
      {"source.utm_source", "ads"},
      {"source.utm_term", std::nullopt},
      {"deal.value", int64_t{50000}},
      {"deal.title", std::nullopt},
      {"consent_given", true},
      {"form_data.plan", "gold"},
      {"form_data.a.b", "dotted"},
      {"form_data.utm.x", std::nullopt},
      {"form_data.missing.deep", std::nullopt},
      {"form_data.sizes", "S;M"},
      {"lead_id", "l1"},
      {"delivery_id", "l1:crm"},
      {"publisher", "shop"},
      {"accepted_at", "2026-09-01T10:00:00.123Z"},
      {"operation", "lead"},
  };
  for (const auto& [path, value] : cases) EXPECT_EQ(Read(path), value) << path;
}

TEST_F(LeadPathTest, ReadsFormDataAsAPathWhenNoFieldHasTheWholeName) {
  const json::Document document = *json::Document::Parse(R"({"form_data":{"a":{"b":"nested"}}})");
  LeadFacts facts = facts_;
  facts.lead = document.root();
  EXPECT_EQ(LeadPath::Parse("form_data.a.b")->Read(facts), Scalar(std::string("nested")));
}

TEST_F(LeadPathTest, IsEmptyForALeadThatIsNoObject) {
  for (const char* text : {"null", "[]", "\"x\"", "{\"source\":5,\"form_data\":[]}"}) {
    const json::Document document = *json::Document::Parse(text);
    LeadFacts facts = facts_;
    facts.lead = document.root();
    for (const std::string& path : {"email", "source.url", "form_data.x", "form_data"}) {
      EXPECT_EQ(LeadPath::Parse(path)->Read(facts), std::nullopt) << path << " of " << text;
    }
  }
}

TEST_F(LeadPathTest, ReadsListsAsTheyAreAsked) {
  const LeadPath sizes = *LeadPath::Parse("form_data.sizes");
  EXPECT_EQ(sizes.Read(facts_, ", "), Scalar(std::string("S, M")));
  EXPECT_EQ(sizes.ReadJson(facts_), R"(["S","M"])");
  EXPECT_EQ(sizes.ReadAll(facts_), (std::vector<std::string>{"S", "M"}));
  EXPECT_EQ(LeadPath::Parse("deal.value")->ReadAll(facts_), std::vector<std::string>{"50000"});
  EXPECT_TRUE(LeadPath::Parse("company")->ReadAll(facts_).empty());
}

TEST(LeadPath, Groups) {
  for (const char* text : {"source", "deal", "task"}) {
    EXPECT_FALSE(LeadPath::Parse(text).has_value()) << text;
    EXPECT_TRUE(LeadPath::ParseOrGroup(text).has_value()) << text;
  }
  EXPECT_TRUE(LeadPath::ParseOrGroup("email").has_value());
  EXPECT_FALSE(LeadPath::ParseOrGroup("lead").has_value());
}

TEST(LeadPath, KindsAreThoseOfTheContract) {
  using Kind = LeadPath::Kind;
  const std::vector<std::pair<std::string, Kind>> cases = {
      {"email", Kind::kText},
      {"source.url", Kind::kText},
      {"source.utm_content", Kind::kAny},
      {"form_data.x", Kind::kAny},
      {"form_data", Kind::kObject},
      {"submitted_at", Kind::kTime},
      {"task.due", Kind::kTime},
      {"deal.value", Kind::kNumber},
      {"consent_given", Kind::kBoolean},
  };
  for (const auto& [text, kind] : cases) EXPECT_EQ(LeadPath::Parse(text)->kind(), kind) << text;
}

TEST(LeadPath, RefusesWhatNoLeadHas) {
  for (const char* text : {"",
                           "mail",
                           "Email",
                           "source",
                           "source.",
                           "source.utm",
                           "form_data.",
                           "formdata.x",
                           ".email",
                           "email.x",
                           "deal"}) {
    EXPECT_FALSE(LeadPath::Parse(text).has_value()) << text;
  }
}

// Leaves of an object schema, as paths.
void Collect(const json::Value& schema, const std::string& prefix, std::set<std::string>& paths) {
  for (const json::Value::Member& member : schema.Find("properties").Members()) {
    const std::string path = prefix + std::string(member.key);
    if (member.value.Find("properties").size() > 0) {
      Collect(member.value, path + ".", paths);
    } else {
      paths.insert(path);
    }
  }
}

json::Document Contract() {
  std::ifstream in(LEADRELAY_SOURCE_DIR "/proto/lead.v1.schema.json");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return json::Document::Parse(text).value();
}

TEST(LeadPath, KnowsEveryOperation) {
  std::vector<std::string> expected = {"lead"};
  const json::Document contract = Contract();
  for (const json::Value& word : contract.root().Pointer("/properties/operation/enum").Elements()) {
    expected.push_back(word.StringOr(""));
  }
  EXPECT_EQ(LeadPath::Operations(), expected);
}

TEST(LeadPath, KnowsWhatTheContractOfALeadKnows) {
  const json::Document schema = Contract();
  std::set<std::string> expected = {"lead_id", "delivery_id", "publisher", "accepted_at"};
  Collect(schema.root(), "", expected);
  // Ingest puts a keyed hash in its place, and keeps a phone number as it was sent.
  EXPECT_EQ(expected.erase("ip_address"), 1U);
  expected.insert("ip_hash");
  expected.insert("phone_raw");
  EXPECT_EQ(std::set<std::string>(LeadPath::Known().begin(), LeadPath::Known().end()), expected);
}

}  // namespace
}  // namespace leadrelay::delivery
