// The schemas in proto/ against what the code produces, and against the examples beside them.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/json/json.h"
#include "common/lead/envelope.h"
#include "common/lead/events.h"
#include "tests/unit/lead/samples.h"

namespace leadrelay::lead {
namespace {

std::string ReadProto(const std::string& name) {
  std::ifstream file(std::string(LEADRELAY_SOURCE_DIR) + "/proto/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << "proto/" << name << " cannot be read";
  return text.str();
}

// Every fault, one a line; empty when the text is valid.
std::string Faults(const std::string& schema_name, std::string_view text) {
  const absl::StatusOr<json::Schema> schema = json::Schema::Compile(ReadProto(schema_name));
  const absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!schema.ok()) return schema.status().ToString();
  if (!document.ok()) return document.status().ToString();
  std::string faults;
  for (const json::SchemaFault& fault : schema->Validate(document->root())) {
    faults += fault.pointer + " " + fault.keyword + "\n";
  }
  return faults;
}

TEST(ContractTest, WhatTheCodeWritesIsValid) {
  EXPECT_EQ(Faults("envelope.v1.schema.json", SampleEnvelope().ToJson()), "");
  EXPECT_EQ(Faults("outcome.v1.schema.json", ToJson(SampleEvents())), "");
  EXPECT_EQ(Faults("dead-letter.v1.schema.json", SampleDeadLetter().ToJson()), "");

  DeadLetter unreadable;
  unreadable.at = At(0);
  unreadable.cause = "unreadable";
  EXPECT_EQ(Faults("dead-letter.v1.schema.json", unreadable.ToJson()), "");
}

// A schema that demands nothing would pass the test above.
TEST(ContractTest, EveryMemberThatTheCodeAlwaysWritesIsRequired) {
  struct Case {
    std::string schema;
    std::string text;
    std::vector<std::string> optional;
  };
  const std::vector<Case> cases = {
      {"envelope.v1.schema.json", SampleEnvelope().ToJson(), {}},
      {"outcome.v1.schema.json", ToJson(SampleEvents()), {}},
      {"dead-letter.v1.schema.json",
       SampleDeadLetter().ToJson(),
       {"lead_id", "destination", "remedy", "status"}},
  };
  for (const Case& c : cases) {
    const json::Document document = json::Document::Parse(c.text).value();
    for (const json::Value::Member& dropped : document.root().Members()) {
      json::Writer writer;
      writer.StartObject();
      for (const json::Value::Member& member : document.root().Members()) {
        if (member.key != dropped.key) writer.Member(member.key, member.value);
      }
      writer.EndObject();
      const bool optional = std::ranges::find(c.optional, dropped.key) != c.optional.end();
      EXPECT_EQ(Faults(c.schema, writer.Take()),
                optional ? "" : "/" + std::string(dropped.key) + " required\n")
          << c.schema;
    }
  }
}

TEST(ContractTest, EventsOfTheWrongShapeAreNotValid) {
  std::vector<OutcomeEvent> events = SampleEvents();
  events[0].next_at = At(9);  // Delivered, and yet to come?
  EXPECT_EQ(Faults("outcome.v1.schema.json", ToJson(events)), "/events/0 oneOf\n");
  events = SampleEvents();
  events[2].reason.clear();
  EXPECT_EQ(Faults("outcome.v1.schema.json", ToJson(events)), "/events/2 oneOf\n");
}

TEST(ContractTest, ALeadsAddressMustNotTravel) {
  Envelope envelope = SampleEnvelope();
  envelope.lead =
      json::Document::Parse(R"({"consent_given":true,"ip_address":"192.0.2.7"})").value();
  EXPECT_EQ(Faults("envelope.v1.schema.json", envelope.ToJson()), "/lead not\n");
}

TEST(ContractTest, TheExamplesAreValid) {
  int seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(LEADRELAY_SOURCE_DIR) + "/proto/examples")) {
    const std::string file = entry.path().filename().string();  // "lead.v1.full.json"
    const size_t version = file.find(".v1");
    ASSERT_NE(version, std::string::npos) << file;
    const std::string schema = file.substr(0, version) + ".v1.schema.json";
    EXPECT_EQ(Faults(schema, ReadProto("examples/" + file)), "") << file;
    ++seen;
  }
  EXPECT_GE(seen, 6);
}

TEST(ContractTest, TheExamplesAreWhatTheCodeReads) {
  EXPECT_TRUE(Envelope::Parse(ReadProto("examples/envelope.v1.json")).ok());
  const absl::StatusOr<DeadLetter> letter =
      DeadLetter::Parse(ReadProto("examples/dead-letter.v1.json"));
  ASSERT_TRUE(letter.ok()) << letter.status();
  EXPECT_TRUE(Envelope::Parse(letter->body).ok()) << "its body is an envelope";
  EXPECT_EQ(ParseOutcomes(ReadProto("examples/outcome.v1.json"))->size(), 3u);
}

TEST(ContractTest, TheLeadSchemaNamesEveryFaultAtOnce) {
  EXPECT_EQ(Faults("lead.v1.schema.json", R"({
      "emial": "ada@example.com", "name": 7, "source": {"utm_src": "x", "url": 1},
      "consent_given": "yes", "deal": {"value": -1, "currency": 5},
      "form_data": {"size": {"eu": 38}, "tags": ["a", ["b"]], "": "no name"}})"),
            "/emial additionalProperties\n"
            "/name type\n"
            "/source/utm_src additionalProperties\n"
            "/source/url type\n"
            "/consent_given type\n"
            "/deal/value minimum\n"
            "/deal/currency type\n"
            "/form_data/size type\n"
            "/form_data/tags/1 type\n"
            "/form_data/ additionalProperties\n"
            " anyOf\n");
}

TEST(ContractTest, ALeadNeedsAnAddressOrANumber) {
  const std::string schema = "lead.v1.schema.json";
  EXPECT_EQ(Faults(schema, R"({"email":"ada@example.com"})"), "");
  EXPECT_EQ(Faults(schema, R"({"phone":"+4930123456","email":null})"), "");
  EXPECT_EQ(Faults(schema, R"({"phone":"  ","email":""})"), " anyOf\n");
  EXPECT_EQ(Faults(schema, R"({"name":"Ada"})"), " anyOf\n");
  EXPECT_EQ(Faults(schema, "[]"), " type\n");
}

TEST(ContractTest, ALeadIsBounded) {
  const std::string schema = "lead.v1.schema.json";
  const auto with = [](const std::string& member) {
    return R"({"email":"ada@example.com",)" + member + "}";
  };
  std::string many = "\"f0\":1";
  for (int i = 1; i <= 200; ++i) many += ",\"f" + std::to_string(i) + "\":1";
  EXPECT_EQ(Faults(schema, with("\"form_data\":{" + many + "}")), "/form_data maxProperties\n");
  EXPECT_EQ(Faults(schema, with("\"note\":\"" + std::string(10'000, 'x') + "\"")), "");
  EXPECT_EQ(Faults(schema, with("\"note\":\"" + std::string(10'001, 'x') + "\"")),
            "/note maxLength\n");
  EXPECT_EQ(Faults(schema, with("\"form_data\":{\"" + std::string(100, 'k') + "\":1}")), "");
  const std::string key(101, 'k');
  EXPECT_EQ(Faults(schema, with("\"form_data\":{\"" + key + "\":1}")),
            "/form_data/" + key + " additionalProperties\n");
}

}  // namespace
}  // namespace leadrelay::lead
