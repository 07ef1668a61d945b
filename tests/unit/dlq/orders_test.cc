// Orders and Outbox: an operator's decisions, and how replays go out and come back.

#include "services/dlq/ledger/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dlq/facts.h"
#include "tests/unit/dlq/scratch_ledger.h"

namespace leadrelay::dlq {
namespace {

using test::At;
using testing::IsEmpty;
using testing::SizeIs;

class OrdersTest : public testing::Test {
 protected:
  // Leads l-1 ... l-<count>, all dead at crm-a.
  void Die(int count) {
    std::vector<Entry> batch;
    for (int i = 1; i <= count; ++i) {
      batch.push_back(test::Accepted(absl::StrCat("l-", i), {"crm-a"}));
      batch.push_back(test::Dead(absl::StrCat("l-", i), "crm-a"));
    }
    ledger_.Record(batch);
  }
  absl::StatusOr<Orders::Replay> Create(const std::string& replay_id, Selection selection = {}) {
    return orders_.Create(selection, "{}", 50, {"crm-a"}, replay_id, At(300));
  }
  std::vector<OutboxItem> Advance(std::vector<SettledItem> settled, int limit) {
    auto items = ledger_.side().outbox.Advance(1, settled, limit, At(310));
    EXPECT_TRUE(items.ok()) << items.status();
    return items.ok() ? *std::move(items) : std::vector<OutboxItem>();
  }
  ReplayRecord Replay(const std::string& replay_id) {
    auto replay = ledger_.reader().Replay(replay_id);
    EXPECT_TRUE(replay.ok()) << replay.status();
    return replay.ok() && replay->has_value() ? **std::move(replay) : ReplayRecord();
  }
  BookRow Books() {
    EXPECT_EQ(ledger_.books(), ledger_.CountedBooks());
    return ledger_.books()["crm-a"];
  }
  static std::vector<SettledItem> Sent(const std::vector<OutboxItem>& items) {
    std::vector<SettledItem> settled;
    for (const OutboxItem& item : items) settled.push_back({item.dead_letter, ""});
    return settled;
  }

  test::ScratchLedger ledger_;
  Orders& orders_ = ledger_.side().orders;
};

TEST_F(OrdersTest, DiscardingClosesOpenLettersOnly) {
  Die(3);
  Selection first;
  first.ids = {1};
  ASSERT_TRUE(Create("r1", first).ok());
  auto discarded = orders_.Discard({}, "test data", At(400));
  ASSERT_TRUE(discarded.ok()) << discarded.status();
  EXPECT_EQ(*discarded, 2);
  EXPECT_EQ(Books().discarded, 2);
  EXPECT_EQ(Books().dead, 1);
  const DeadLetterRecord letter = ledger_.Lead("l-2").dead_letters.at(0);
  EXPECT_EQ(letter.resolution, "discarded: test data");
  EXPECT_EQ(letter.resolved_at, At(400));
}

TEST_F(OrdersTest, APlanSaysWhatWouldHappenAndChangesNothing) {
  Die(3);
  lead::DeadLetter unreadable;
  unreadable.at = At(1);
  unreadable.cause = "unreadable";
  unreadable.body = "junk";
  ledger_.Record({unreadable, test::Dead("l-9", "crm-gone")});
  Selection one;
  one.ids = {1};
  ASSERT_TRUE(Create("r1", one).ok());
  ASSERT_TRUE(orders_.Discard(Selection{{2}, {}}, "", At(300)).ok());

  Selection all;
  all.filter.state = "all";
  auto plan = orders_.Plan(all, {"crm-a"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  ReplayPlan expected;
  expected.matching = 5;
  expected.replayable = {{"crm-a", 1}};
  expected.already_replaying = 1;
  expected.already_resolved = 1;
  expected.unreadable = 1;
  expected.not_configured = 1;
  EXPECT_EQ(*plan, expected);
  EXPECT_EQ(plan->total(), 1);
  EXPECT_EQ(Replay("r2").number, 0);
}

TEST_F(OrdersTest, AReplayFromOrderToDelivery) {
  Die(2);
  auto created = Create("r1");
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->plan.total(), 2);
  EXPECT_EQ(Books().dead, 2);  // Nothing has been sent.

  const std::vector<OutboxItem> first = Advance({}, 1);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].lead_id, "l-1");
  EXPECT_EQ(first[0].body, "{\"lead_id\":\"l-1\"}");
  EXPECT_EQ(first[0].progress, "{\"contact_id\":\"7\"}");
  EXPECT_TRUE(first[0].unknown);
  EXPECT_EQ(Books().in_flight, 1);

  const std::vector<OutboxItem> second = Advance(Sent(first), 1);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].lead_id, "l-2");
  EXPECT_THAT(Advance(Sent(second), 1), IsEmpty());
  EXPECT_EQ(Replay("r1").published, 2);
  EXPECT_EQ(Replay("r1").state, "running");

  ledger_.Record({test::Delivered("l-1", "crm-a", "r1"), test::Dead("l-2", "crm-a", "r1")});
  const ReplayRecord replay = Replay("r1");
  EXPECT_EQ(replay.state, "done");
  EXPECT_EQ(replay.delivered, 1);
  EXPECT_EQ(replay.dead, 1);
  EXPECT_EQ(ledger_.Lead("l-1").dead_letters[0].resolution, "delivered by replay r1");
  EXPECT_EQ(ledger_.Lead("l-2").dead_letters[0].resolution, "died again: dead letter 3");
  ASSERT_THAT(ledger_.Letters(), SizeIs(1));
  EXPECT_EQ(ledger_.Letters()[0].replay_id, "r1");
  EXPECT_EQ(Books().delivered, 1);
  EXPECT_EQ(Books().dead, 1);
  EXPECT_EQ(Books().in_flight, 0);
}

TEST_F(OrdersTest, OneOutstandingReplayPerDelivery) {
  Die(2);
  Selection one;
  one.ids = {1};
  ASSERT_TRUE(Create("r1", one).ok());
  auto second = Create("r2");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->plan.total(), 1);
  EXPECT_EQ(second->plan.already_replaying, 1);
  EXPECT_EQ(Replay("r2").total(), 1);
  EXPECT_EQ(Replay("r2").skipped, 1);
  auto third = Create("r3");
  EXPECT_EQ(third.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(third.status().message()),
            "nothing to replay: of 2, 2 already being replayed");
  EXPECT_EQ(Replay("r3").number, 0);
}

TEST_F(OrdersTest, WhatIsNotSettledIsSentAgain) {
  Die(3);
  ASSERT_TRUE(Create("r1").ok());
  ASSERT_THAT(Advance({}, 2), SizeIs(2));
  // A crash: nobody knows whether the two went out.
  const std::vector<OutboxItem> again = Advance({}, 2);
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[0].lead_id, "l-1");
  EXPECT_EQ(again[1].lead_id, "l-2");
  const std::vector<OutboxItem> rest = Advance(Sent(again), 2);
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest[0].lead_id, "l-3");
}

TEST_F(OrdersTest, AnOutcomeThatOvertakesItsConfirmEndsTheItem) {
  Die(1);
  ASSERT_TRUE(Create("r1").ok());
  const std::vector<OutboxItem> items = Advance({}, 1);
  ledger_.Record({test::Delivered("l-1", "crm-a", "r1")});
  EXPECT_EQ(Replay("r1").state, "done");
  EXPECT_THAT(Advance(Sent(items), 1), IsEmpty());
  EXPECT_EQ(Replay("r1").delivered, 1);
}

TEST_F(OrdersTest, AnItemThatCannotBeSentGivesItsLetterBack) {
  Die(1);
  ASSERT_TRUE(Create("r1").ok());
  const std::vector<OutboxItem> items = Advance({}, 1);
  EXPECT_THAT(Advance({{items[0].dead_letter, "no queue deliver.crm-a"}}, 1), IsEmpty());
  const ReplayRecord replay = Replay("r1");
  EXPECT_EQ(replay.failed, 1);
  EXPECT_EQ(replay.state, "done");
  EXPECT_EQ(ledger_.Letters()[0].state, "open");
  EXPECT_EQ(Books().dead, 1);
  auto failed = ledger_.reader().FailedItems(replay.number, 10);
  ASSERT_TRUE(failed.ok());
  EXPECT_EQ(failed->at(0).reason, "no queue deliver.crm-a");
  EXPECT_TRUE(Create("r2").ok());
}

TEST_F(OrdersTest, APausedReplayTakesNothingNew) {
  Die(2);
  ASSERT_TRUE(Create("r1").ok());
  const std::vector<OutboxItem> first = Advance({}, 1);
  EXPECT_TRUE(orders_.Pause("r1").ok());
  EXPECT_TRUE(orders_.Pause("r1").ok());
  EXPECT_THAT(Advance(Sent(first), 1), IsEmpty());
  EXPECT_TRUE(orders_.Resume("r1").ok());
  EXPECT_THAT(Advance({}, 1), SizeIs(1));
  EXPECT_EQ(orders_.Pause("r9").code(), absl::StatusCode::kNotFound);
}

TEST_F(OrdersTest, CancellingLeavesTheUnsentDeadAndFollowsTheSent) {
  Die(3);
  ASSERT_TRUE(Create("r1").ok());
  const std::vector<OutboxItem> first = Advance({}, 1);
  EXPECT_TRUE(orders_.Cancel("r1", false, At(320)).ok());
  EXPECT_THAT(Advance(Sent(first), 1), IsEmpty());
  ReplayRecord replay = Replay("r1");
  EXPECT_EQ(replay.state, "cancelled");
  EXPECT_EQ(replay.cancelled, 2);
  EXPECT_EQ(replay.published, 1);
  EXPECT_EQ(replay.finished_at, absl::InfinitePast());
  EXPECT_EQ(orders_.Resume("r1").code(), absl::StatusCode::kFailedPrecondition);

  ledger_.Record({test::Delivered("l-1", "crm-a", "r1")}, At(330));
  replay = Replay("r1");
  EXPECT_EQ(replay.state, "cancelled");
  EXPECT_EQ(replay.delivered, 1);
  EXPECT_EQ(replay.finished_at, At(330));
  EXPECT_EQ(orders_.Cancel("r1", false, At(340)).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(ledger_.Letters(), SizeIs(2));
  EXPECT_EQ(Books().dead, 2);
}

TEST_F(OrdersTest, AbandoningGivesUpWhatWasNeverHeardOf) {
  Die(1);
  ASSERT_TRUE(Create("r1").ok());
  const std::vector<OutboxItem> items = Advance({}, 1);
  Advance(Sent(items), 1);
  EXPECT_TRUE(orders_.Cancel("r1", true, At(320)).ok());
  EXPECT_EQ(Replay("r1").failed, 1);
  EXPECT_EQ(Replay("r1").finished_at, At(320));
  EXPECT_EQ(ledger_.Letters()[0].state, "open");
  EXPECT_EQ(Books().dead, 1);
  // It arrives after all.
  ledger_.Record({test::Delivered("l-1", "crm-a", "r1")});
  EXPECT_EQ(Books().delivered, 1);
  EXPECT_THAT(ledger_.Letters(), IsEmpty());
}

TEST_F(OrdersTest, UnfinishedReplaysAreFoundAfterARestart) {
  Die(2);
  Selection one;
  one.ids = {1};
  ASSERT_TRUE(Create("r1", one).ok());
  ASSERT_TRUE(Create("r2").ok());
  const std::vector<OutboxItem> items = Advance({}, 1);
  Advance(Sent(items), 1);  // r1 has nothing left to send.
  auto unfinished = ledger_.side().outbox.ReadUnfinished();
  ASSERT_TRUE(unfinished.ok()) << unfinished.status();
  ASSERT_THAT(*unfinished, SizeIs(1));
  EXPECT_EQ(unfinished->at(0).replay_id, "r2");
  EXPECT_EQ(unfinished->at(0).per_second, 50);
}

}  // namespace
}  // namespace leadrelay::dlq
