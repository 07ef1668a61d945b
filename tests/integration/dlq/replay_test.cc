// Replays: from an operator's order to the outcome, through crashes.

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lead/envelope.h"
#include "common/lead/topology.h"
#include "tests/integration/dlq/harness.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using testing::HasSubstr;

// What delivery would say about what it took.
std::vector<lead::OutcomeEvent> DeliveredAll(const std::vector<amqp::Message>& messages,
                                             const std::string& destination) {
  std::vector<lead::OutcomeEvent> events;
  for (const amqp::Message& message : messages) {
    events.push_back(test::Delivered(
        message.message_id, destination, lead::DeliveryState::Read(message).replay_id));
  }
  return events;
}

TEST(ReplayTest, SendsTheSameBytesAgainAsAFreshRound) {
  Dlq dlq;
  dlq.Publish(Deaths("ld_", 1, "crm-a"));
  dlq.WaitFor("the dead letter", [&] { return dlq.Book("crm-a", "dead") == 1; });

  const e2e::Reply plan = dlq.Post("/v1/replays", R"({"filter":{"all":true},"dry_run":true})");
  EXPECT_EQ(plan.status, 200);
  EXPECT_EQ(plan.Json().root().Find("would_replay").AsInt64(), 1);
  EXPECT_EQ(dlq.Ready("deliver.crm-a"), 0);

  const std::string replay = dlq.Replay(R"({"filter":{"destination":"crm-a"}})");
  const std::vector<amqp::Message> sent = dlq.Take("crm-a", 1);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].body, AcceptedMessage("ld_0", {"crm-a"}).body);
  EXPECT_EQ(sent[0].message_id, "ld_0");
  lead::DeliveryState state = lead::DeliveryState::Read(sent[0]);
  lead::DeliveryState expected;
  expected.progress = "{\"contact_id\":\"7\"}";
  expected.unknown = true;
  expected.replay_id = replay;
  expected.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(state, expected);

  dlq.WaitFor("marked as sent", [&] { return dlq.Items(replay, "published") == 1; });
  EXPECT_EQ(dlq.Book("crm-a", "in_flight"), 1);
  dlq.Publish(OutcomesMessage(DeliveredAll(sent, "crm-a")));
  dlq.WaitFor("delivered", [&] { return dlq.Book("crm-a", "delivered") == 1; });
  EXPECT_EQ(dlq.Json("/v1/replays/" + replay).root().Find("state").AsString(), "done");
  EXPECT_EQ(dlq.Json("/v1/dead-letters?state=all")
                .root()
                .Pointer("/dead_letters/0/resolution")
                .AsString(),
            "delivered by replay " + replay);
}

TEST(ReplayTest, OrderedTwiceIsSentOnce) {
  Dlq dlq;
  dlq.Publish(Deaths("ld_", 20, "crm-a"));
  dlq.WaitFor("dead letters", [&] { return dlq.Book("crm-a", "dead") == 20; });
  const std::string body = R"({"filter":{"destination":"crm-a"},"rate_per_second":5})";
  dlq.Replay(body);
  const e2e::Reply second = dlq.Post("/v1/replays", body);
  EXPECT_EQ(second.status, 409);
  EXPECT_THAT(second.body, HasSubstr("20 already being replayed"));
}

TEST(ReplayTest, KilledInTheMiddleItLosesAndRepeatsNoDelivery) {
  Dlq dlq;
  constexpr int kLetters = 300;
  dlq.Publish(Deaths("ld_", kLetters, "crm-a"));
  dlq.WaitFor("dead letters", [&] { return dlq.Book("crm-a", "dead") == kLetters; });
  const std::string replay =
      dlq.Replay(R"({"filter":{"destination":"crm-a"},"rate_per_second":50})");
  for (const int64_t at_least : {30, 90, 150}) {
    dlq.WaitFor("some are out", [&] { return dlq.Items(replay, "published") >= at_least; });
    dlq.process().Kill9();
    dlq.Start();
  }
  dlq.WaitFor("all are out", [&] { return dlq.Items(replay, "published") == kLetters; });

  // What a crash caught between sending and noting was sent again, and is the same delivery.
  const int64_t waiting = dlq.Ready("deliver.crm-a");
  EXPECT_GE(waiting, kLetters);
  EXPECT_LE(waiting, kLetters + 3 * 5);  // One group of a tenth of a second for each crash.
  const std::vector<amqp::Message> sent = dlq.Take("crm-a", static_cast<size_t>(waiting));
  std::map<std::string, int> copies;
  for (const amqp::Message& message : sent) {
    ++copies[message.message_id];
    EXPECT_EQ(lead::DeliveryState::Read(message).replay_id, replay);
  }
  EXPECT_EQ(copies.size(), static_cast<size_t>(kLetters));

  dlq.Publish(OutcomesMessage(DeliveredAll(sent, "crm-a")));
  dlq.WaitFor("all delivered", [&] { return dlq.Book("crm-a", "delivered") == kLetters; });
  EXPECT_EQ(dlq.Book("crm-a", "dead"), 0);
  EXPECT_EQ(dlq.Book("crm-a", "in_flight"), 0);
  EXPECT_EQ(dlq.Book("crm-a", "difference"), 0);
  EXPECT_EQ(dlq.Items(replay, "delivered"), kLetters);
  EXPECT_EQ(dlq.Json("/v1/replays/" + replay).root().Find("state").AsString(), "done");
}

TEST(ReplayTest, CanBePausedResumedAndCancelled) {
  Dlq dlq;
  dlq.Publish(Deaths("ld_", 100, "crm-a"));
  dlq.WaitFor("dead letters", [&] { return dlq.Book("crm-a", "dead") == 100; });
  const std::string replay =
      dlq.Replay(R"({"filter":{"destination":"crm-a"},"rate_per_second":20})");
  const std::string path = "/v1/replays/" + replay;
  dlq.WaitFor("some are out", [&] { return dlq.Items(replay, "published") >= 4; });

  EXPECT_EQ(dlq.Post(path + ":pause").Json().root().Find("state").AsString(), "paused");
  dlq.WaitFor("what was under way is out", [&] { return dlq.Items(replay, "sending") == 0; });
  const int64_t paused_at = dlq.Items(replay, "published");
  EXPECT_LT(paused_at, 100);
  // A restart does not resume it.
  dlq.process().Kill9();
  dlq.Start();
  EXPECT_EQ(dlq.Items(replay, "published"), paused_at);

  EXPECT_EQ(dlq.Post(path + ":resume").Json().root().Find("state").AsString(), "running");
  dlq.WaitFor("more are out", [&] { return dlq.Items(replay, "published") > paused_at; });
  EXPECT_EQ(dlq.Post(path + ":cancel").Json().root().Find("state").AsString(), "cancelled");
  dlq.WaitFor("what was under way is out", [&] { return dlq.Items(replay, "sending") == 0; });
  const int64_t out = dlq.Items(replay, "published");
  EXPECT_EQ(dlq.Items(replay, "cancelled"), 100 - out);
  EXPECT_EQ(dlq.Book("crm-a", "dead"), 100 - out);
  EXPECT_EQ(dlq.Book("crm-a", "in_flight"), out);
  EXPECT_EQ(dlq.Ready("deliver.crm-a"), out);
  EXPECT_EQ(dlq.Post(path + ":resume").status, 409);
  EXPECT_EQ(dlq.Post("/v1/replays/rp_none:cancel").status, 404);
}

TEST(ReplayTest, DyingAgainIsANewLetterThatCanBeReplayedAgain) {
  Dlq dlq;
  dlq.Publish(Deaths("ld_", 1, "crm-a"));
  dlq.WaitFor("the dead letter", [&] { return dlq.Book("crm-a", "dead") == 1; });
  const std::string first = dlq.Replay(R"({"filter":{"all":true}})");
  dlq.Take("crm-a", 1);
  dlq.Publish(DeadMessage(test::Dead("ld_0", "crm-a", first)));
  dlq.WaitFor("dead again", [&] { return dlq.Items(first, "dead") == 1; });
  EXPECT_EQ(dlq.Book("crm-a", "dead"), 1);
  const json::Document open = dlq.Json("/v1/dead-letters");
  EXPECT_EQ(open.root().Find("dead_letters").size(), 1u);
  EXPECT_EQ(open.root().Pointer("/dead_letters/0/replay_id").AsString(), first);
  const std::string second = dlq.Replay(R"({"filter":{"all":true}})");
  EXPECT_NE(second, first);
  EXPECT_EQ(dlq.Take("crm-a", 1).size(), 1u);
}

}  // namespace
}  // namespace leadrelay::dlq
