#include "services/dlq/ledger/transition.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

using Kind = Fact::Kind;
using enum State;

constexpr std::array<State, kStates> kAllStates = {
    kNone, kInFlight, kRetrying, kDelivered, kSuppressed, kDead, kDiscarded};

struct Row {
  Kind kind;
  std::array<State, kStates> next;  // In the order of kAllStates.
};

// The whole table, by column: what a fact makes of each state.
constexpr Row kRows[] = {
    {Kind::kAccepted,
     {kInFlight, kInFlight, kRetrying, kDelivered, kSuppressed, kDead, kDiscarded}},
    {Kind::kRetrying,
     {kRetrying, kRetrying, kRetrying, kDelivered, kSuppressed, kDead, kDiscarded}},
    {Kind::kDelivered,
     {kDelivered, kDelivered, kDelivered, kDelivered, kDelivered, kDelivered, kDelivered}},
    {Kind::kSuppressed,
     {kSuppressed, kSuppressed, kSuppressed, kDelivered, kSuppressed, kSuppressed, kSuppressed}},
    {Kind::kDead, {kDead, kDead, kDead, kDelivered, kSuppressed, kDead, kDead}},
    {Kind::kDeadCopy, {kDead, kInFlight, kRetrying, kDelivered, kSuppressed, kDead, kDiscarded}},
    {Kind::kDiscarded,
     {kNone, kInFlight, kRetrying, kDelivered, kSuppressed, kDiscarded, kDiscarded}},
    {Kind::kReplaySent,
     {kNone, kInFlight, kRetrying, kDelivered, kSuppressed, kInFlight, kDiscarded}},
    {Kind::kReplayReturned, {kNone, kDead, kDead, kDelivered, kSuppressed, kDead, kDiscarded}},
};

TEST(TransitionTest, EveryStateAndEveryFact) {
  static_assert(std::size(kRows) == kFactKinds);
  for (const Row& row : kRows) {
    for (size_t i = 0; i < kAllStates.size(); ++i) {
      EXPECT_EQ(Name(Next(kAllStates[i], row.kind)), Name(row.next[i]))
          << "fact " << static_cast<int>(row.kind) << " on " << Name(kAllStates[i]);
    }
  }
}

TEST(TransitionTest, NamesAreReadBack) {
  for (const State state : kAllStates) EXPECT_EQ(ParseState(Name(state)), state);
  EXPECT_EQ(ParseState("lost"), kNone);
}

absl::Time At(int second) {
  return absl::FromUnixSeconds(1'790'000'000 + second);
}

Fact Accepted() {
  Fact fact;
  fact.at = At(0);
  return fact;
}

Fact Retrying(int attempts, std::string replay_id = "") {
  Fact fact;
  fact.kind = Kind::kRetrying;
  fact.at = At(10 * attempts);
  fact.attempts = attempts;
  fact.reason = "HTTP 503";
  fact.next_at = At(10 * attempts + 60);
  fact.replay_id = std::move(replay_id);
  return fact;
}

Fact Delivered(int second, std::string remote_id, std::string replay_id = "") {
  Fact fact;
  fact.kind = Kind::kDelivered;
  fact.at = At(second);
  fact.attempts = 1;
  fact.remote_id = std::move(remote_id);
  fact.effect = "created";
  fact.replay_id = std::move(replay_id);
  return fact;
}

Fact Dead(Kind kind, int second, std::string reason, std::string replay_id = "") {
  Fact fact;
  fact.kind = kind;
  fact.at = At(second);
  fact.attempts = 5;
  fact.reason = std::move(reason);
  fact.replay_id = std::move(replay_id);
  return fact;
}

Fact Operator(Kind kind, int second, std::string replay_id = "") {
  Fact fact;
  fact.kind = kind;
  fact.at = At(second);
  fact.replay_id = std::move(replay_id);
  return fact;
}

DeliveryRecord After(const std::vector<Fact>& facts) {
  DeliveryRecord record;
  for (const Fact& fact : facts) record = Apply(record, fact);
  return record;
}

TEST(ApplyTest, KeepsWhatTheStateRestsOn) {
  DeliveryRecord retrying;
  retrying.state = kRetrying;
  retrying.accepted = true;
  retrying.attempts = 2;
  retrying.reason = "HTTP 503";
  retrying.next_at = At(80);
  retrying.since = At(20);
  EXPECT_EQ(After({Accepted(), Retrying(1), Retrying(2)}), retrying);
  EXPECT_EQ(After({Retrying(2), Retrying(1), Accepted()}), retrying);

  DeliveryRecord delivered;
  delivered.state = kDelivered;
  delivered.accepted = true;
  delivered.attempts = 1;
  delivered.remote_id = "101";
  delivered.effect = "created";
  delivered.since = At(30);
  EXPECT_EQ(After({Accepted(), Retrying(1), Delivered(30, "101")}), delivered);
}

TEST(ApplyTest, TheEarliestOfTwoDeliveriesIsTheOneThatCounts) {
  const DeliveryRecord first = After({Delivered(30, "101"), Delivered(31, "102")});
  EXPECT_EQ(first.remote_id, "101");
  EXPECT_EQ(After({Delivered(31, "102"), Delivered(30, "101")}), first);
}

TEST(ApplyTest, ALateCopyOfADeadLetterDoesNotUndoADelivery) {
  const DeliveryRecord record =
      After({Accepted(), Delivered(30, "101"), Dead(Kind::kDead, 40, "HTTP 400")});
  EXPECT_EQ(record.state, kDelivered);
  EXPECT_EQ(record.remote_id, "101");
}

TEST(ApplyTest, AReplayStartsANewRound) {
  const Fact dead = Dead(Kind::kDead, 50, "HTTP 400");
  DeliveryRecord in_flight;
  in_flight.state = kInFlight;
  in_flight.accepted = true;
  in_flight.replay_id = "r1";
  in_flight.since = At(100);
  const std::vector<Fact> replayed = {Accepted(), dead, Operator(Kind::kReplaySent, 100, "r1")};
  EXPECT_EQ(After(replayed), in_flight);

  // The first round's late words do not touch the second.
  std::vector<Fact> late = replayed;
  late.push_back(Retrying(4));
  late.push_back(Dead(Kind::kDeadCopy, 51, "HTTP 400"));
  EXPECT_EQ(After(late), in_flight);

  std::vector<Fact> again = replayed;
  again.push_back(Dead(Kind::kDead, 120, "HTTP 422", "r1"));
  EXPECT_EQ(After(again).state, kDead);
  EXPECT_EQ(After(again).reason, "HTTP 422");

  std::vector<Fact> late_success = replayed;
  late_success.push_back(Delivered(55, "101"));
  EXPECT_EQ(After(late_success).state, kDelivered);
}

TEST(ApplyTest, OnlyItsOwnReplayCanGiveADeliveryBack) {
  const std::vector<Fact> replayed = {
      Accepted(), Dead(Kind::kDead, 50, "HTTP 400"), Operator(Kind::kReplaySent, 100, "r2")};
  std::vector<Fact> other = replayed;
  other.push_back(Dead(Kind::kReplayReturned, 110, "HTTP 400", "r1"));
  EXPECT_EQ(After(other), After(replayed));
  std::vector<Fact> own = replayed;
  own.push_back(Dead(Kind::kReplayReturned, 110, "HTTP 400", "r2"));
  EXPECT_EQ(After(own).state, kDead);
  EXPECT_EQ(After(own).reason, "HTTP 400");
}

TEST(ApplyTest, DiscardingKeepsWhyItDied) {
  const DeliveryRecord record =
      After({Accepted(), Dead(Kind::kDead, 50, "HTTP 400"), Operator(Kind::kDiscarded, 100)});
  EXPECT_EQ(record.state, kDiscarded);
  EXPECT_EQ(record.reason, "HTTP 400");
  EXPECT_EQ(record.attempts, 5);
  EXPECT_EQ(record.since, At(100));
}

}  // namespace
}  // namespace leadrelay::dlq
