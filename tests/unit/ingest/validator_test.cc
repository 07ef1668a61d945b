#include "services/ingest/validate/validator.h"

#include <gtest/gtest.h>

#include "services/ingest/validate/ip_hash.h"
#include "services/ingest/validate/lead_schema.h"
#include "tests/unit/ingest/parse.h"

namespace leadrelay::ingest {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);  // 2026-09-21T14:13:20Z
constexpr std::string_view kKey = "a key of thirty-two bytes length";

const Validator& TheValidator() {
  static const absl::StatusOr<Validator> validator =
      Validator::Create(LeadSchemaText(), std::string(kKey));
  return validator.value();
}

std::vector<std::string> PointersOf(const Checked& checked) {
  std::vector<std::string> pointers;
  for (const Fault& fault : checked.faults) pointers.push_back(fault.pointer);
  return pointers;
}

TEST(Validator, Faults) {
  using Pointers = std::vector<std::string>;
  const std::vector<std::pair<std::string, Pointers>> cases = {
      {R"({"email": "ada@example.com"})", {}},
      {R"({"phone": "+49 30 901820"})", {}},
      {R"({"email": null, "phone": "030 901820"})", {}},
      {R"({})", {""}},
      {R"([])", {""}},
      {R"("x")", {""}},
      {R"({"email": "  ", "phone": ""})", {""}},
      {"{\"email\": \"\u00A0\"}", {""}},
      {R"({"email": "ada"})", {"/email"}},
      {R"({"email": 7, "phone": "+4930901820"})", {"/email"}},
      {R"({"email": "ada@example.com", "phone": "call me"})", {"/phone"}},
      {R"({"email": "ada@example.com", "phone": "+999 1234567"})", {"/phone"}},
      {R"({"email": "ada@example.com", "surname": "King"})", {"/surname"}},
      {R"({"email": "ada@example.com", "phone_raw": "1", "ip_hash": "x"})",
       {"/ip_hash", "/phone_raw"}},
      {R"({"email": "ada@example.com", "submitted_at": "2026-09-21"})", {"/submitted_at"}},
      {R"({"email": "ada@example.com", "submitted_at": "1999-12-31T23:59:59Z"})",
       {"/submitted_at"}},
      {R"({"email": "ada@example.com", "submitted_at": "2026-09-22T14:13:20Z"})", {}},
      {R"({"email": "ada@example.com", "submitted_at": "2026-09-22T14:13:21Z"})",
       {"/submitted_at"}},
      {R"({"email": "ada@example.com", "timezone": "Berlin time"})", {"/timezone"}},
      {R"({"email": "ada@example.com", "source": {"url": "javascript:x", "referrer": "x"}})",
       {"/source/referrer", "/source/url"}},
      {R"({"email": "ada@example.com", "source": {"url": "", "referrer": null}})", {}},
      {R"({"email": "ada@example.com", "deal": {"value": -1, "currency": "euro"}})",
       {"/deal/currency", "/deal/value"}},
      {R"({"email": "ada@example.com", "consent_given": "yes"})", {"/consent_given"}},
      {R"({"email": "ada@example.com", "consent_timestamp": "2026-09-21T14:00:00Z"})",
       {"/consent_given"}},
      {R"({"email": "ada@example.com", "consent_given": false,
           "consent_timestamp": "2026-09-21T14:00:00Z"})",
       {}},
      {R"({"email": "ada@example.com", "form_data": {"a": {"b": 1}}})", {"/form_data/a"}},
      {R"({"email": "ada", "phone": "x", "timezone": 5, "deal": {"currency": "E"}})",
       {"/deal/currency", "/email", "/phone", "/timezone"}},
  };
  for (const auto& [lead, expected] : cases) {
    const Checked checked = TheValidator().Check(Json(lead).root(), Expected::kLead, "", kNow);
    EXPECT_THAT(PointersOf(checked), testing::UnorderedElementsAreArray(expected)) << lead;
    EXPECT_EQ(checked.lead.json().empty(), !expected.empty()) << lead;
  }
}

TEST(Validator, FaultsOfOperations) {
  struct Case {
    std::string members;
    Expected expected;
    std::vector<std::string> pointers;
  };
  constexpr Expected kOperation = Expected::kOperation;
  const std::vector<Case> cases = {
      {R"("operation": "update_person")", kOperation, {}},
      {R"("operation": "update_person")", Expected::kEither, {}},
      {R"("operation": "update_person")", Expected::kLead, {"/operation"}},
      {R"("note": "x")", Expected::kEither, {}},
      {R"("note": "x")", kOperation, {"/operation"}},
      {R"("operation": "delete_person")", kOperation, {"/operation"}},
      // What only dlq says.
      {R"("operation": "mark_synced")", kOperation, {"/operation"}},
      {R"("operation": "mark_synced", "synced_lead_id": "ld_1")",
       Expected::kEither,
       {"/operation", "/synced_lead_id"}},
      {R"("operation": null)", kOperation, {"/operation"}},
      {R"("operation": "create_deal", "deal": {"title": "Ten seats"})", kOperation, {}},
      {R"("operation": "create_deal")", kOperation, {"/deal/title"}},
      {R"("operation": "move_deal", "deal": {"title": "Ten seats", "stage": "won"})",
       kOperation,
       {}},
      {R"("operation": "move_deal", "deal": {"title": "Ten seats", "value": 0})", kOperation, {}},
      {R"("operation": "move_deal", "deal": {"title": "Ten seats"})", kOperation, {"/deal"}},
      {R"("operation": "add_note", "note": "Called back")", kOperation, {}},
      {R"("operation": "add_note", "note": " ")", kOperation, {"/note"}},
      {R"("operation": "add_task", "task": {"title": "Call"})", kOperation, {}},
      {R"("operation": "add_task", "task": {"title": "Call", "due": "2026-10-01"})",
       kOperation,
       {}},
      {R"("operation": "add_task", "task": {"title": "Call", "due": "2026-02-30"})",
       kOperation,
       {"/task/due"}},
      {R"("operation": "add_task", "task": {"text": "no title"})", kOperation, {"/task/title"}},
      {R"("operation": "add_task")", kOperation, {"/task"}},
      {R"("deal": {"close_date": "1.10.2026"})", Expected::kLead, {"/deal/close_date"}},
  };
  for (const Case& c : cases) {
    const std::string lead = R"({"email": "ada@example.com", )" + c.members + "}";
    const Checked checked = TheValidator().Check(Json(lead).root(), c.expected, "", kNow);
    EXPECT_THAT(PointersOf(checked), testing::UnorderedElementsAreArray(c.pointers)) << lead;
  }
}

TEST(Validator, FaultsNeverEchoAValue) {
  const std::string lead = R"({"email": "zzsecret", "phone": "zzsecret", "timezone": "zz secret",
    "submitted_at": "zzsecret", "source": {"url": "zzsecret"}, "deal": {"currency": "zzsecret"},
    "consent_given": "zzsecret"})";
  const Checked checked = TheValidator().Check(Json(lead).root(), Expected::kLead, "", kNow);
  EXPECT_EQ(checked.faults.size(), 7u);
  for (const Fault& fault : checked.faults) {
    EXPECT_EQ(fault.detail.find("zz"), std::string::npos) << fault.detail;
    EXPECT_NE(fault.detail, "");
  }
}

TEST(Validator, Normalised) {
  struct Case {
    std::string lead;
    std::string region;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {R"({"email": " Ada.King@Example.COM "})",
       "",
       R"({"email": "Ada.King@example.com", "consent_given": false})"},
      {R"({"email": "ada@EXÄMPLE.com"})",
       "",
       R"({"email": "ada@exÄmple.com", "consent_given": false})"},
      {R"({"phone": "030 / 901820"})",
       "DE",
       R"({"phone": "+4930901820", "phone_raw": "030 / 901820", "consent_given": false})"},
      {R"({"phone": "+4930901820"})", "", R"({"phone": "+4930901820", "consent_given": false})"},
      {R"({"phone": " 030  901820 "})", "", R"({"phone": "030 901820", "consent_given": false})"},
      {R"({"email": "a@example.com", "name": "  Ada \n King "})",
       "",
       R"({"email": "a@example.com", "name": "Ada King", "first_name": "Ada", "last_name": "King",
           "consent_given": false})"},
      {R"({"email": "a@example.com", "name": "Ada King", "last_name": "King-Noel"})",
       "",
       R"({"email": "a@example.com", "name": "Ada King", "last_name": "King-Noel",
           "consent_given": false})"},
      {R"({"email": "a@example.com", "name": " ", "first_name": "Ada ", "last_name": "King"})",
       "",
       R"({"email": "a@example.com", "name": "Ada King", "first_name": "Ada", "last_name": "King",
           "consent_given": false})"},
      {R"({"email": "a@example.com", "company": "", "note": null, "form_data": {
           "plan": " pro ", "empty": " ", "none": null, "seats": 5, "tags": [" a ", ""]}})",
       "",
       R"({"email": "a@example.com", "consent_given": false,
           "form_data": {"plan": "pro", "seats": 5, "tags": ["a", ""]}})"},
      {R"({"email": "a@example.com", "note": " one\r\ntwo "})",
       "",
       R"({"email": "a@example.com", "note": "one\ntwo", "consent_given": false})"},
      {R"({"email": "a@example.com", "deal": {"title": " Big ", "value": 1e3, "currency": " eur ",
           "stage": ""}})",
       "",
       R"({"email": "a@example.com", "consent_given": false,
           "deal": {"title": "Big", "value": 1000, "currency": "EUR"}})"},
      {R"({"email": "a@example.com", "consent_given": true,
           "consent_timestamp": "2026-09-21T14:00:00Z"})",
       "",
       R"({"email": "a@example.com", "consent_given": true,
           "consent_timestamp": "2026-09-21T14:00:00Z"})"},
      {R"({"email": "a@example.com", "consent_given": false,
           "consent_timestamp": "2026-09-21T14:00:00Z"})",
       "",
       R"({"email": "a@example.com", "consent_given": false})"},
  };
  for (const Case& c : cases) {
    const Checked checked =
        TheValidator().Check(Json(c.lead).root(), Expected::kLead, c.region, kNow);
    EXPECT_THAT(PointersOf(checked), testing::IsEmpty()) << c.lead;
    EXPECT_EQ(checked.lead.root(), Json(c.expected).root()) << c.lead << "\n"
                                                            << checked.lead.json();
  }
}

TEST(Validator, AddressesAreHashed) {
  const std::string lead = R"({"email": "a@example.com", "ip_address": "203.0.113.9"})";
  const Checked checked = TheValidator().Check(Json(lead).root(), Expected::kLead, "", kNow);
  EXPECT_EQ(checked.lead.root().Find("ip_hash").StringOr(""), HashAddress(kKey, "203.0.113.9"));
  EXPECT_EQ(checked.lead.json().find("203.0.113.9"), std::string::npos);
}

TEST(IpHash, SpellingsDoNotMatter) {
  // printf 203.0.113.9 | openssl dgst -sha256 -hmac 'a key of thirty-two bytes length'
  EXPECT_EQ(HashAddress(kKey, "203.0.113.9"), "50771f0d55cccd0db9bd1ca678c2038e");
  EXPECT_EQ(HashAddress(kKey, "::ffff:203.0.113.9"), HashAddress(kKey, "203.0.113.9"));
  EXPECT_EQ(HashAddress(kKey, "2001:DB8:0:0::1"), HashAddress(kKey, "2001:db8::1"));
  EXPECT_NE(HashAddress(kKey, "2001:db8::1"), HashAddress(kKey, "2001:db8::2"));
  EXPECT_NE(HashAddress("another key", "203.0.113.9"), HashAddress(kKey, "203.0.113.9"));
  EXPECT_EQ(HashAddress(kKey, "hashed by the publisher").size(), 32u);
}

}  // namespace
}  // namespace leadrelay::ingest
