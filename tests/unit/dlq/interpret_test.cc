#include "services/dlq/collect/interpret.h"

#include <gtest/gtest.h>

#include "common/lead/lead_message.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using test::At;

constexpr absl::Duration kLate = absl::Hours(1);

lead::Envelope Envelope() {
  lead::Envelope envelope;
  envelope.lead_id = "ld_1";
  envelope.publisher = "shop";
  envelope.accepted_at = At(0);
  envelope.destinations = {"crm-a", "crm-b"};
  envelope.suppressed = {{"crm-c", "no consent"}};
  envelope.lead = *json::Document::Parse(R"({"email":"jane@example.com"})");
  return envelope;
}

amqp::Message MessageOf(std::string_view type, std::string body) {
  amqp::Message message;
  message.type = std::string(type);
  message.body = std::move(body);
  return message;
}

TEST(InterpretTest, AnAcceptedLead) {
  const amqp::Message message = MessageOf(lead::kAcceptedType, Envelope().ToJson());
  AcceptedLead expected;
  expected.lead_id = "ld_1";
  expected.publisher = "shop";
  expected.accepted_at = At(0);
  expected.destinations = {"crm-a", "crm-b"};
  expected.suppressed = {{"crm-c", "no consent"}};
  expected.envelope = message.body;
  EXPECT_EQ(Interpret(message, At(0) + kLate), std::vector<Entry>{expected});
}

TEST(InterpretTest, ManyLeadsInOneMessage) {
  lead::Envelope other = Envelope();
  other.lead_id = "ld_2";
  const std::string junk = R"({"version":1,"lead_id":7})";
  const amqp::Message message = lead::ForLedger({Envelope().ToJson(), junk, other.ToJson()});
  const std::vector<Entry> entries = Interpret(message, At(9));
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0],
            Interpret(MessageOf(lead::kAcceptedType, Envelope().ToJson()), At(9)).front());
  EXPECT_EQ(entries[2], Interpret(MessageOf(lead::kAcceptedType, other.ToJson()), At(9)).front());
  const auto* unread = std::get_if<lead::DeadLetter>(&entries[1]);
  ASSERT_NE(unread, nullptr);
  EXPECT_EQ(unread->cause, "unreadable");
  EXPECT_EQ(unread->body, junk);
}

TEST(InterpretTest, AnOperationIsToldFromALead) {
  lead::Envelope envelope = Envelope();
  envelope.lead = *json::Document::Parse(R"({"operation":"add_note","note":"x"})");
  const std::vector<Entry> entries =
      Interpret(MessageOf(lead::kAcceptedType, envelope.ToJson()), At(0));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(std::get<AcceptedLead>(entries[0]).operation, "add_note");
}

TEST(InterpretTest, OutcomesAndDeadLetters) {
  const std::vector<lead::OutcomeEvent> events = {test::Delivered("ld_1", "crm-a"),
                                                  test::Retrying("ld_2", "crm-b", 3)};
  EXPECT_EQ(Interpret(MessageOf(lead::kOutcomesType, lead::ToJson(events)), At(0)),
            (std::vector<Entry>{events[0], events[1]}));
  const lead::DeadLetter letter = test::Dead("ld_1", "crm-a", "rp_1");
  EXPECT_EQ(Interpret(MessageOf(lead::kDeadLetterType, letter.ToJson()), At(0)),
            std::vector<Entry>{letter});
}

TEST(InterpretTest, WhatTheBrokerGaveUpHasCrashed) {
  struct Case {
    const char* what;
    amqp::Table deaths;
    const char* destination;
    const char* reason;
  };
  const Case cases[] = {
      {"at once",
       {{"x-first-death-queue", std::string("deliver.crm-a")},
        {"x-first-death-reason", std::string("delivery_limit")}},
       "crm-a",
       "delivery_limit"},
      {"after a delay",
       {{"x-first-death-queue", std::string("delay.1m")},
        {"x-first-death-reason", std::string("expired")},
        {"x-last-death-queue", std::string("deliver.crm-a")},
        {"x-last-death-reason", std::string("delivery_limit")}},
       "crm-a",
       "delivery_limit"},
      {"nobody knows where",
       {{"x-first-death-queue", std::string("delay.1m")},
        {"x-first-death-reason", std::string("expired")}},
       "",
       "expired"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    amqp::Message message = MessageOf(lead::kAcceptedType, Envelope().ToJson());
    lead::DeliveryState state;
    state.attempts = 2;
    state.progress = R"({"contact_id":"7"})";
    state.replay_id = "rp_1";
    state.Write(message);
    message.headers.insert(c.deaths.begin(), c.deaths.end());

    lead::DeadLetter expected;
    expected.lead_id = "ld_1";
    expected.destination = c.destination;
    expected.at = At(9);
    expected.cause = "crashed";
    expected.reason =
        absl::StrCat("handed to delivery again and again without an answer (", c.reason, ")");
    expected.remedy =
        "delivery's log says what it did when it got this lead; mend that, then replay it";
    expected.state = state;
    expected.state.unknown = true;
    expected.body = message.body;
    EXPECT_EQ(Interpret(message, At(9)), std::vector<Entry>{expected});
  }
}

TEST(InterpretTest, WhatCannotBeReadKeepsItsBytes) {
  const std::string junk("\x01 not an envelope\0", 18);
  for (const std::string_view type : {lead::kAcceptedType,
                                      lead::kAcceptedManyType,
                                      lead::kOutcomesType,
                                      lead::kDeadLetterType,
                                      std::string_view(),
                                      std::string_view("lead.rejected")}) {
    SCOPED_TRACE(type);
    amqp::Message message = MessageOf(type, junk);
    message.headers = {{"x-first-death-queue", std::string("deliver.crm-a")}};
    const std::vector<Entry> entries = Interpret(message, At(9));
    ASSERT_EQ(entries.size(), 1u);
    const auto* letter = std::get_if<lead::DeadLetter>(&entries[0]);
    ASSERT_NE(letter, nullptr);
    EXPECT_EQ(letter->cause, "unreadable");
    EXPECT_EQ(letter->lead_id, "");
    EXPECT_EQ(letter->destination, "crm-a");
    EXPECT_EQ(letter->at, At(9));
    EXPECT_EQ(letter->body, junk);
  }
}

}  // namespace
}  // namespace leadrelay::dlq
