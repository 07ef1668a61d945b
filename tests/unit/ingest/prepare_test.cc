#include "services/ingest/receive/prepare.h"

#include <gtest/gtest.h>

#include "services/ingest/publish/rejected_message.h"
#include "services/ingest/validate/lead_schema.h"
#include "tests/unit/ingest/parse.h"

namespace leadrelay::ingest {
namespace {

const absl::Time kNow = absl::FromUnixMillis(1'790'000'000'250);
constexpr char kTraceparent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class PrepareTest : public testing::Test {
 protected:
  PrepareTest() : validator_(Validator::Create(LeadSchemaText(), "key").value()) {
    destinations_[0].name = "hubspot";
    destinations_[0].consent_required = true;
    destinations_[1].name = "sheet";
    publisher_.name = "shop";
    publisher_.phone_region = "DE";
  }

  std::variant<Prepared, Problem> Prepare(std::string_view lead, std::string key = "") {
    const Router router({}, destinations_);
    const Preparer preparer(validator_, router, 1000);
    return preparer.Prepare(
        publisher_,
        Submission{Json(lead), std::move(key), json::Document(), Expected::kLead},
        kTraceparent,
        kNow);
  }

  Validator validator_;
  std::vector<config::Destination> destinations_{2};
  config::Publisher publisher_;
};

TEST_F(PrepareTest, OneMessageForAllQueues) {
  const auto prepared =
      std::get<Prepared>(Prepare(R"({"email": "ada@EXAMPLE.com", "consent_given": true})", "k"));
  const std::string id = prepared.identity.lead_id;
  EXPECT_EQ(prepared.identity,
            Identify("shop", "k", R"({"consent_given":true,"email":"ada@EXAMPLE.com"})"));

  amqp::Message expected;
  expected.exchange = "leads";
  expected.routing_key = "leads.ledger";
  expected.cc = {"deliver.hubspot", "deliver.sheet"};
  expected.content_type = "application/json";
  expected.message_id = id;
  expected.type = "lead.accepted";
  expected.timestamp = 1'790'000'000;
  expected.headers = {{"traceparent", std::string(kTraceparent)}};
  expected.body = prepared.message.body;
  EXPECT_EQ(prepared.message, expected);
  EXPECT_EQ(Json(prepared.message.body).root(),
            Json(R"({
    "version": 1, "lead_id": ")" +
                 id + R"(", "publisher": "shop",
    "accepted_at": "2026-09-21T14:13:20.250Z", "destinations": ["hubspot", "sheet"],
    "suppressed": [], "lead": {"email": "ada@example.com", "consent_given": true}})")
                .root());
  EXPECT_EQ(Json(prepared.answer).root(),
            Json(R"({"lead_id": ")" + id + R"(", "deliveries": [
    {"delivery_id": ")" +
                 id + R"(:hubspot", "destination": "hubspot", "status": "queued"},
    {"delivery_id": ")" +
                 id + R"(:sheet", "destination": "sheet", "status": "queued"}]})")
                .root());
}

TEST_F(PrepareTest, WithoutConsent) {
  const auto prepared = std::get<Prepared>(Prepare(R"({"email": "ada@example.com"})"));
  const std::string id = prepared.identity.lead_id;
  EXPECT_EQ(prepared.message.cc, std::vector<std::string>{"deliver.sheet"});
  EXPECT_EQ(Json(prepared.message.body).root().Find("suppressed"),
            Json(R"([{"destination": "hubspot", "reason": "no consent"}])").root());
  EXPECT_EQ(Json(prepared.answer).root().Find("deliveries"),
            Json(R"([
    {"delivery_id": ")" +
                 id + R"(:sheet", "destination": "sheet", "status": "queued"},
    {"delivery_id": ")" +
                 id + R"(:hubspot", "destination": "hubspot", "status": "suppressed",
     "reason": "no consent"}])")
                .root());
}

TEST_F(PrepareTest, TheContentIdentifiesWhenThereIsNoKey) {
  const auto id = [&](std::string_view lead, std::string key = "") {
    return std::get<Prepared>(Prepare(lead, std::move(key))).identity.lead_id;
  };
  EXPECT_EQ(id(R"({"email": "a@example.com", "note": "x"})"),
            id(R"({ "note":"x", "email":"a@example.com" })"));
  EXPECT_NE(id(R"({"email": "a@example.com"})"), id(R"({"email": "b@example.com"})"));
  EXPECT_EQ(id(R"({"email": "a@example.com"})", "k"), id(R"({"email": "b@example.com"})", "k"));
}

TEST_F(PrepareTest, WhatIdentifiesItInstead) {
  const Router router({}, destinations_);
  const Preparer preparer(validator_, router, 1000);
  const auto id = [&](std::string_view lead) {
    const Submission submission{Json(lead), "", Json(R"({"email": "a@example.com"})")};
    return std::get<Prepared>(preparer.Prepare(publisher_, submission, "", kNow)).identity;
  };
  EXPECT_EQ(id(R"({"email": "a@example.com", "submitted_at": "2026-09-21T14:00:00Z"})"),
            id(R"({"email": "a@example.com", "submitted_at": "2026-09-21T14:00:01Z"})"));
}

TEST_F(PrepareTest, Refused) {
  EXPECT_EQ(std::get<Problem>(Prepare(R"({"email": "ada"})")),
            InvalidLead({{"/email", "must be an e-mail address such as ada@example.com"}}));
  const std::string large =
      R"({"email": "a@example.com", "note": ")" + std::string(1000, 'x') + "\"}";
  EXPECT_EQ(std::get<Problem>(Prepare(large)), TooLarge("a lead may have 1000 bytes"));
}

TEST(RejectedMessage, KeepsTheBytes) {
  amqp::Message received;
  received.app_id = "shop";
  received.message_id = "order-1";
  received.content_type = "application/json";
  received.body = "{\xFF";
  const amqp::Message rejected = RejectedMessage(received, R"({"status":400})", kNow);
  amqp::Message expected;
  expected.exchange = "leads";
  expected.routing_key = "leads.rejected";
  expected.content_type = "application/json";
  expected.message_id = "order-1";
  expected.type = "lead.rejected";
  expected.app_id = "shop";
  expected.timestamp = 1'790'000'000;
  expected.body = rejected.body;
  EXPECT_EQ(rejected, expected);
  EXPECT_EQ(Json(rejected.body).root(),
            Json(R"({
    "publisher": "shop", "message_id": "order-1", "received_at": "2026-09-21T14:13:20.250Z",
    "problem": {"status": 400}, "content_type": "application/json", "body": "e/8="})")
                .root());
}

}  // namespace
}  // namespace leadrelay::ingest
