// From the broker's queues into the ledger, and out through the operators' API.

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lead/topology.h"
#include "tests/integration/dlq/harness.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

// Of processes that end by themselves: long enough for a machine with much else to do.
constexpr seconds kLongEnough{60};

// Takes the message of crm-a and gives it back unanswered, until the broker has had enough.
coro::Task<void> NeverAnswer(test::OnLoop& on, Dlq& dlq) {
  constexpr int kDeliveries = 21;  // The queue's limit and one.
  coro::Signal done(on.timers);
  amqp::ConsumerOptions options;
  options.connection = dlq.connection();
  options.topology = dlq.topology();
  options.subscriptions.push_back({lead::DeliverQueue("crm-a"), 1});
  int times = 0;
  amqp::Consumer* self = nullptr;
  amqp::Consumer consumer(on.loop, on.timers, options, [&](const amqp::Delivery& delivery) {
    self->Requeue(delivery.tag);
    if (++times == kDeliveries) done.NotifyAll();
  });
  self = &consumer;
  consumer.Start();
  absl::Status woken = co_await done.Wait(absl::Seconds(30), std::stop_token());
  EXPECT_TRUE(woken.ok()) << "delivered " << times << " times";
  co_await consumer.Close();
}

TEST(CollectTest, TheBooksFollowTheMessages) {
  Dlq dlq;
  std::vector<amqp::Message> messages;
  std::vector<lead::OutcomeEvent> outcomes;
  for (int i = 0; i < 2000; ++i) {
    const std::string lead_id = absl::StrCat("ld_", i);
    messages.push_back(AcceptedMessage(lead_id, {"crm-a", "crm-b"}));
    if (i % 2 == 0) outcomes.push_back(test::Delivered(lead_id, "crm-a"));
  }
  messages.push_back(OutcomesMessage(outcomes));
  messages.push_back(OutcomesMessage(outcomes));  // Told twice.
  messages.push_back(DeadMessage(test::Dead("ld_1", "crm-a")));
  dlq.Publish(std::move(messages));

  dlq.WaitFor("2,000 leads in the books", [&] {
    return dlq.Book("crm-b", "accepted") == 2000 && dlq.Book("crm-a", "delivered") == 1000 &&
           dlq.Book("crm-a", "dead") == 1;
  });
  EXPECT_EQ(dlq.Get("/v1/books").body,
            R"({"destinations":[{"destination":"crm-a","accepted":2000,"delivered":1000,)"
            R"("suppressed":0,"dead":1,"discarded":0,"in_flight":999,"retrying":0,)"
            R"("difference":0},{"destination":"crm-b","accepted":2000,"delivered":0,)"
            R"("suppressed":0,"dead":0,"discarded":0,"in_flight":2000,"retrying":0,)"
            R"("difference":0}],"balanced":true})");
  EXPECT_THAT(
      dlq.Get("/metrics").body,
      testing::AllOf(HasSubstr(R"(leadrelay_books{destination="crm-a",state="delivered"} 1000)"),
                     HasSubstr(R"(leadrelay_books_difference{destination="crm-a"} 0)")));
  // The events that were told twice change no book, so that nothing above has waited for them.
  dlq.WaitFor("an empty queue", [&] { return dlq.Ready(std::string(lead::kLedgerQueue)) == 0; });
}

TEST(CollectTest, ALeadCanBeFollowedWithoutShowingThePerson) {
  Dlq dlq;
  dlq.Publish({AcceptedMessage("ld_1", {"crm-a"}), DeadMessage(test::Dead("ld_1", "crm-a"))});
  // They come through two queues, in either order.
  dlq.WaitFor("the lead and its dead letter",
              [&] { return dlq.Book("crm-a", "accepted") == 1 && dlq.Book("crm-a", "dead") == 1; });

  const e2e::Reply lead = dlq.Get("/v1/leads/ld_1");
  EXPECT_EQ(lead.status, 200);
  EXPECT_THAT(lead.body, Not(HasSubstr("jane@example.com")));
  EXPECT_EQ(lead.Json().root().Find("timeline").size(), 3u);
  EXPECT_THAT(dlq.Get("/v1/leads/ld_1?include=lead").body, HasSubstr("jane@example.com"));
  EXPECT_EQ(dlq.Get("/v1/leads/ld_2").status, 404);

  const json::Document list = dlq.Json("/v1/dead-letters?destination=crm-a");
  const json::Value letter = list.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("lead_id").AsString(), "ld_1");
  EXPECT_EQ(letter.Find("cause").AsString(), "rejected");
  const json::Document groups = dlq.Json("/v1/dead-letters/groups");
  EXPECT_EQ(groups.root().Find("groups").At(0).Find("count").AsInt64(), 1);
  const std::string id = *letter.Find("id").AsText();
  EXPECT_EQ(dlq.Json("/v1/dead-letters/" + id).root().Pointer("/body/lead_id").AsString(), "ld_1");

  EXPECT_EQ(dlq.Post("/v1/dead-letters/" + id + ":discard", R"({"note":"test"})").body,
            R"({"discarded":1})");
  EXPECT_EQ(dlq.Book("crm-a", "discarded"), 1);
  EXPECT_EQ(dlq.Json("/v1/dead-letters").root().Find("dead_letters").size(), 0u);
  EXPECT_THAT(dlq.Log(), Not(HasSubstr("jane@example.com")));
}

TEST(CollectTest, WhatNobodyCanReadIsKeptAndShown) {
  Dlq dlq;
  amqp::Message junk = AcceptedMessage("ld_1", {"crm-a"});
  junk.body = "\x01 not an envelope";
  amqp::Message stranger = AcceptedMessage("ld_2", {"crm-a"});
  stranger.type = "something.else";
  dlq.Publish({junk, stranger, AcceptedMessage("ld_3", {"crm-a"})});
  dlq.WaitFor("two unreadable letters, and the lead behind them", [&] {
    return dlq.Json("/v1/dead-letters?cause=unreadable").root().Find("dead_letters").size() == 2 &&
           dlq.Book("crm-a", "accepted") == 1;
  });
  const e2e::Reply replay = dlq.Post("/v1/replays", R"({"filter":{"cause":"unreadable"}})");
  EXPECT_EQ(replay.status, 409);
  EXPECT_THAT(replay.body, HasSubstr("2 unreadable"));
  EXPECT_EQ(dlq.Post("/v1/dead-letters:discard", R"({"filter":{"cause":"unreadable"}})").body,
            R"({"discarded":2})");
}

TEST(CollectTest, WhatTheBrokerGaveUpIsADeadLetterOfItsDestination) {
  Dlq dlq;
  dlq.Publish(AcceptedMessage("ld_1", {"crm-a"}, true));
  test::RunOnLoop([&dlq](test::OnLoop& on) { return NeverAnswer(on, dlq); });
  dlq.WaitFor("the lead and its dead letter",
              [&] { return dlq.Book("crm-a", "accepted") == 1 && dlq.Book("crm-a", "dead") == 1; });
  const json::Document list = dlq.Json("/v1/dead-letters");
  EXPECT_EQ(list.root().Pointer("/dead_letters/0/cause").AsString(), "crashed");
  EXPECT_EQ(list.root().Pointer("/dead_letters/0/lead_id").AsString(), "ld_1");
  EXPECT_EQ(dlq.Book("crm-a", "difference"), 0);
}

TEST(CollectTest, DestinationsShowTheirQueueAndCanBePaused) {
  Dlq dlq;
  dlq.Publish(AcceptedMessage("ld_1", {"crm-a"}, true));
  // Ready is without Redis; and what the broker or Redis do not say in time is left out.
  const auto shows = [&dlq](bool first_is_paused) {
    const json::Document all = dlq.Json("/v1/destinations");
    const json::Value first = all.root().Find("destinations").At(0);
    const json::Value second = all.root().Find("destinations").At(1);
    for (const json::Value& each : {first, second}) {
      if (each.Find("detail").StringOr("").starts_with("Redis:")) return false;
    }
    return first.Find("destination").AsString() == "crm-a" &&
           first.Find("connector").AsString() == "webhook" &&
           first.Find("waiting").AsInt64() == 1 && second.Find("waiting").AsInt64() == 0 &&
           (first.Find("state").AsString() == "paused") == first_is_paused &&
           second.Find("state").AsString() != "paused";
  };
  dlq.WaitFor("one message waiting", [&] { return shows(false); });
  EXPECT_EQ(dlq.Post("/v1/destinations/crm-a:pause", R"({"reason":"migration"})").status, 200);
  dlq.WaitFor("a pause", [&] { return shows(true); });
  EXPECT_EQ(dlq.Post("/v1/destinations/crm-a:resume").status, 200);
  dlq.WaitFor("the end of the pause", [&] { return shows(false); });
  EXPECT_EQ(dlq.Post("/v1/destinations/crm-z:pause").status, 404);
}

TEST(CollectTest, StopsOnSigtermUnderLoadAndLosesNothing) {
  Dlq dlq;
  std::vector<amqp::Message> messages;
  messages.reserve(5000);
  for (int i = 0; i < 5000; ++i) {
    messages.push_back(AcceptedMessage(absl::StrCat("ld_", i), {"crm-a"}));
  }
  dlq.Publish(std::move(messages));
  dlq.process().Signal(SIGTERM);
  EXPECT_EQ(dlq.process().Wait(kLongEnough), 0) << dlq.Log();
  dlq.Start();
  dlq.WaitFor("all of them", [&] { return dlq.Book("crm-a", "accepted") == 5000; });
}

TEST(CollectTest, ASecondProcessOnTheSameFileIsRefused) {
  Dlq dlq;
  test::Process second(
      {LEADRELAY_BINARY_DIR "/bin/leadrelay-dlq", "--config", dlq.folder() + "/leadrelay.yaml"},
      {{"RABBIT_PASSWORD", "guest"}},
      dlq.folder() + "/second.log");
  EXPECT_EQ(second.Wait(kLongEnough), 1);
  EXPECT_THAT(test::ReadWholeFile(second.output()), HasSubstr("one dlq per file"));
}

}  // namespace
}  // namespace leadrelay::dlq
