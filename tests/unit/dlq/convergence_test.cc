// Whatever order the messages come in, and however often: the ledger ends in the same place, and
// its books balance at every step.

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dlq/facts.h"
#include "tests/unit/dlq/scratch_ledger.h"

namespace leadrelay::dlq {
namespace {

using test::At;
using test::ScratchLedger;

constexpr const char* kLead = "l-1";
constexpr const char* kCrm = "crm-a";

lead::OutcomeEvent RetryingIn(int attempts, const std::string& replay_id, int at) {
  lead::OutcomeEvent event = test::Retrying(kLead, kCrm, attempts);
  event.replay_id = replay_id;
  event.at = At(at);
  event.history[0].at = At(at - 1);
  return event;
}

lead::DeadLetter DeadAt(int at, const std::string& reason, const std::string& replay_id) {
  lead::DeadLetter letter = test::Dead(kLead, kCrm, replay_id);
  letter.at = At(at);
  letter.reason = reason;
  letter.state.history[0].at = At(at - 1);
  return letter;
}

lead::OutcomeEvent DeliveredAt(int at, const std::string& remote_id, const std::string& replay_id) {
  lead::OutcomeEvent event = test::Delivered(kLead, kCrm, replay_id);
  event.at = At(at);
  event.remote_id = remote_id;
  event.history[0].at = At(at - 1);
  return event;
}

// A round's messages; the operator begins the next one when this one has left a dead letter.
using Round = std::vector<Entry>;
struct Story {
  const char* name;
  std::vector<Round> rounds;
  State end;
};

std::vector<Story> Stories() {
  const Entry accepted = test::Accepted(kLead, {kCrm});
  AcceptedLead without_consent = test::Accepted(kLead, {});
  without_consent.suppressed = {{kCrm, "no consent"}};
  const Entry dead = DeadAt(100, "HTTP 400", "");
  return {
      {"delivered at last",
       {{accepted, RetryingIn(1, "", 11), RetryingIn(2, "", 21), DeliveredAt(30, "101", "")}},
       State::kDelivered},
      {"two copies, both delivered",
       {{accepted, DeliveredAt(30, "101", ""), DeliveredAt(31, "102", "")}},
       State::kDelivered},
      {"two copies, one of them dead",
       {{accepted, RetryingIn(1, "", 11), dead, DeliveredAt(120, "101", "")}},
       State::kDelivered},
      {"two copies, both dead",
       {{accepted, dead, DeadAt(101, "HTTP 422", ""), RetryingIn(3, "", 31)}},
       State::kDead},
      {"still being retried",
       {{accepted, RetryingIn(1, "", 11), RetryingIn(2, "", 21)}},
       State::kRetrying},
      {"replayed and being retried",
       {{accepted, RetryingIn(1, "", 11), dead},
        {RetryingIn(1, "r1", 201), RetryingIn(2, "r1", 211)}},
       State::kRetrying},
      {"suppressed on arrival, and again by a copy",
       {{without_consent, Entry(test::Suppressed(kLead, kCrm))}},
       State::kSuppressed},
      {"suppressed on the way, and a copy dead",
       {{accepted, Entry(test::Suppressed(kLead, kCrm)), dead}},
       State::kSuppressed},
      {"replayed and delivered",
       {{accepted, RetryingIn(1, "", 11), dead},
        {RetryingIn(1, "r1", 201), DeliveredAt(210, "101", "r1")}},
       State::kDelivered},
      {"replayed twice, dead each time",
       {{accepted, dead},
        {RetryingIn(1, "r1", 201), DeadAt(210, "HTTP 422", "r1")},
        {DeadAt(310, "HTTP 409", "r2")}},
       State::kDead},
      {"delivered by its first run while the replay was out",
       {{accepted, dead}, {DeliveredAt(150, "101", ""), DeadAt(210, "HTTP 409", "r1")}},
       State::kDelivered},
  };
}

void StartReplay(ScratchLedger& ledger, int number) {
  const std::string replay_id = absl::StrCat("r", number);
  auto created =
      ledger.side().orders.Create({}, "{}", 50, {kCrm}, replay_id, At(100 * number + 90));
  ASSERT_TRUE(created.ok()) << created.status();
  auto items = ledger.side().outbox.Advance(created->number, {}, 10, At(100 * number + 95));
  ASSERT_TRUE(items.ok()) << items.status();
  ASSERT_EQ(items->size(), 1u);
}

void ExpectBalance(ScratchLedger& ledger) {
  const Books books = ledger.books();
  ASSERT_EQ(books, ledger.CountedBooks());
  for (const auto& [destination, row] : books) {
    ASSERT_GE(row.difference(), 0);
    ASSERT_LE(row.difference(), 1);
  }
}

// What must be the same at the end of every telling: all but which copy was recorded first.
LeadRecord Tell(const std::vector<Round>& rounds) {
  ScratchLedger ledger;
  for (size_t round = 0; round < rounds.size(); ++round) {
    if (round > 0) StartReplay(ledger, static_cast<int>(round));
    for (const Entry& entry : rounds[round]) {
      ledger.Record({entry});
      ExpectBalance(ledger);
    }
  }
  LeadRecord lead = ledger.Lead(kLead);
  for (DeadLetterRecord& letter : lead.dead_letters) {
    letter.id = 0;
    letter.resolved_at = absl::InfinitePast();
    letter.resolution.clear();  // "died again" or "delivered": which was known at that time.
    if (letter.state == "resolved") {
      // A letter that is resolved is not improved by later copies.
      letter.at = absl::InfinitePast();
      letter.reason.clear();
      letter.group.clear();
    }
  }
  for (ReplayItemRecord& item : lead.replays) {
    item.dead_letter = 0;
    item.published_at = item.ended_at = absl::InfinitePast();
    item.reason.clear();
    // "delivered" by the first run or "dead" by its own: the books are of the delivery, not of it.
    if (item.state == "dead") item.state = "delivered";
  }
  EXPECT_EQ(ledger.books()[kCrm].difference(), 0);
  return lead;
}

// The rounds shuffled, each message told once or twice, some again in later rounds.
std::vector<Round> Retell(const std::vector<Round>& rounds, std::mt19937& random) {
  std::vector<Round> retold;
  Round earlier;
  for (const Round& round : rounds) {
    Round told = round;
    for (const Entry& entry : round) {
      if (random() % 2 == 0) told.push_back(entry);
    }
    for (const Entry& entry : earlier) {
      if (random() % 3 == 0) told.push_back(entry);
    }
    std::shuffle(told.begin(), told.end(), random);
    retold.push_back(std::move(told));
    earlier.insert(earlier.end(), round.begin(), round.end());
  }
  return retold;
}

TEST(ConvergenceTest, EveryOrderAndEveryCopyEndsInTheSamePlace) {
  for (const Story& story : Stories()) {
    SCOPED_TRACE(story.name);
    const LeadRecord expected = Tell(story.rounds);
    ASSERT_EQ(expected.deliveries.size(), 1u);
    EXPECT_EQ(Name(expected.deliveries[0].record.state), Name(story.end));
    std::mt19937 random(20260301);
    for (int i = 0; i < 30; ++i) {
      SCOPED_TRACE(absl::StrCat("telling ", i));
      ASSERT_EQ(Tell(Retell(story.rounds, random)), expected);
    }
  }
}

}  // namespace
}  // namespace leadrelay::dlq
