#include "services/dlq/ledger/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dlq/facts.h"
#include "tests/unit/dlq/scratch_ledger.h"

namespace leadrelay::dlq {
namespace {

using test::At;
using testing::ElementsAre;
using testing::IsEmpty;

class RecorderTest : public testing::Test {
 protected:
  void ExpectBooks(const Books& expected) {
    EXPECT_EQ(ledger_.books(), expected);
    EXPECT_EQ(ledger_.CountedBooks(), expected);
  }
  State StateOf(const std::string& lead_id, const std::string& destination) {
    for (const NamedDelivery& delivery : ledger_.Lead(lead_id).deliveries) {
      if (delivery.destination == destination) return delivery.record.state;
    }
    return State::kNone;
  }

  test::ScratchLedger ledger_;
};

TEST_F(RecorderTest, ALeadFromAcceptanceToDelivery) {
  AcceptedLead lead = test::Accepted("l-1", {"crm-a", "crm-b"});
  lead.suppressed = {{"crm-c", "no consent"}};
  ledger_.Record({lead});
  BookRow in_flight;
  in_flight.accepted = 1;
  in_flight.in_flight = 1;
  BookRow suppressed;
  suppressed.accepted = 1;
  suppressed.suppressed = 1;
  ExpectBooks({{"crm-a", in_flight}, {"crm-b", in_flight}, {"crm-c", suppressed}});

  lead::OutcomeEvent delivered = test::Delivered("l-1", "crm-a");
  delivered.attempts = 2;
  delivered.history = {test::Attempt(1, "retry", 503), test::Attempt(2, "delivered", 201)};
  ledger_.Record({test::Retrying("l-1", "crm-a", 1), delivered});

  const LeadRecord record = ledger_.Lead("l-1");
  EXPECT_EQ(record.publisher, "shop");
  EXPECT_EQ(record.accepted_at, At(0));
  EXPECT_EQ(record.envelope, lead.envelope);
  DeliveryRecord a;
  a.state = State::kDelivered;
  a.accepted = true;
  a.attempts = 2;
  a.remote_id = "crm-101";
  a.effect = "created";
  a.since = At(200);
  DeliveryRecord b;
  b.state = State::kInFlight;
  b.accepted = true;
  b.since = At(0);
  DeliveryRecord c;
  c.state = State::kSuppressed;
  c.accepted = true;
  c.reason = "no consent";
  c.since = At(0);
  EXPECT_THAT(
      record.deliveries,
      ElementsAre(NamedDelivery{"crm-a", a}, NamedDelivery{"crm-b", b}, NamedDelivery{"crm-c", c}));
  // The first attempt was told of twice and is kept once.
  EXPECT_THAT(record.attempts,
              ElementsAre(AttemptRecord{"crm-a", "", test::Attempt(1, "retry", 503)},
                          AttemptRecord{"crm-a", "", test::Attempt(2, "delivered", 201)}));
}

TEST_F(RecorderTest, AnOutcomeBeforeItsAcceptanceIsADifferenceForThatLong) {
  ledger_.Record({test::Delivered("l-1", "crm-a")});
  EXPECT_EQ(ledger_.books()["crm-a"].difference(), 1);
  EXPECT_EQ(ledger_.Lead("l-1").accepted_at, absl::InfinitePast());
  ledger_.Record({test::Accepted("l-1", {"crm-a"})});
  BookRow delivered;
  delivered.accepted = 1;
  delivered.delivered = 1;
  ExpectBooks({{"crm-a", delivered}});
  EXPECT_EQ(ledger_.books()["crm-a"].difference(), 0);
}

TEST_F(RecorderTest, ADestinationThatIsNamedTwiceIsOneDelivery) {
  AcceptedLead lead = test::Accepted("l-1", {"crm-a", "crm-a"});
  lead.suppressed = {{"crm-a", "no consent"}};
  ledger_.Record({lead});
  BookRow suppressed;
  suppressed.accepted = 1;
  suppressed.suppressed = 1;
  ExpectBooks({{"crm-a", suppressed}});
}

TEST_F(RecorderTest, TheSameBatchTwiceChangesNothing) {
  const std::vector<Entry> batch = {test::Accepted("l-1", {"crm-a", "crm-b"}),
                                    test::Retrying("l-1", "crm-a", 1),
                                    test::Delivered("l-1", "crm-b"),
                                    test::Dead("l-1", "crm-a")};
  ledger_.Record(batch);
  const LeadRecord lead = ledger_.Lead("l-1");
  const Books books = ledger_.books();
  ledger_.Record(batch);
  EXPECT_EQ(ledger_.Lead("l-1"), lead);
  ExpectBooks(books);
}

TEST_F(RecorderTest, ADeadLetterIsKeptWhole) {
  ledger_.Record({test::Accepted("l-1", {"crm-a"}), test::Dead("l-1", "crm-a")});
  DeadLetterRecord expected;
  expected.id = 1;
  expected.lead_id = "l-1";
  expected.destination = "crm-a";
  expected.at = At(100);
  expected.cause = "rejected";
  expected.reason = "HTTP 400: property \"plan\" does not exist";
  expected.group = expected.reason;
  expected.remedy = "create the property or take it out of the mapping";
  expected.status = 400;
  expected.attempts = 1;
  expected.state = "open";
  EXPECT_THAT(ledger_.Letters(), ElementsAre(expected));
  expected.body = "{\"lead_id\":\"l-1\"}";
  expected.progress = "{\"contact_id\":\"7\"}";
  expected.unknown = true;
  expected.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  auto letter = ledger_.reader().DeadLetter(1);
  ASSERT_TRUE(letter.ok()) << letter.status();
  EXPECT_EQ(**letter, expected);
  EXPECT_EQ(StateOf("l-1", "crm-a"), State::kDead);
}

TEST_F(RecorderTest, ADeadLetterAfterTheDeliveryIsResolvedAtOnce) {
  ledger_.Record({test::Accepted("l-1", {"crm-a"}),
                  test::Delivered("l-1", "crm-a"),
                  test::Dead("l-1", "crm-a")});
  EXPECT_EQ(StateOf("l-1", "crm-a"), State::kDelivered);
  EXPECT_THAT(ledger_.Letters(), IsEmpty());
  EXPECT_EQ(ledger_.Lead("l-1").dead_letters[0].resolution, "delivered");
}

TEST_F(RecorderTest, ALateDeliveryResolvesTheDeadLetter) {
  ledger_.Record({test::Accepted("l-1", {"crm-a"}), test::Dead("l-1", "crm-a")});
  ledger_.Record({test::Delivered("l-1", "crm-a")});
  EXPECT_EQ(StateOf("l-1", "crm-a"), State::kDelivered);
  const DeadLetterRecord letter = ledger_.Lead("l-1").dead_letters.at(0);
  EXPECT_EQ(letter.state, "resolved");
  EXPECT_EQ(letter.resolution, "delivered");
  EXPECT_EQ(letter.resolved_at, At(200));
}

TEST_F(RecorderTest, OfTwoCopiesOfADeadLetterTheLaterWordCounts) {
  lead::DeadLetter later = test::Dead("l-1", "crm-a");
  later.at = At(150);
  later.reason = "HTTP 422";
  for (const bool later_first : {false, true}) {
    test::ScratchLedger ledger;
    std::vector<Entry> batch = {test::Dead("l-1", "crm-a"), later};
    if (later_first) std::swap(batch[0], batch[1]);
    ledger.Record(batch);
    ASSERT_EQ(ledger.Letters().size(), 1u);
    EXPECT_EQ(ledger.Letters()[0].reason, "HTTP 422");
    EXPECT_EQ(ledger.Lead("l-1").deliveries[0].record.reason, "HTTP 422");
  }
}

TEST_F(RecorderTest, UnreadableBytesAreKeptOnceAndAreNobodysDelivery) {
  lead::DeadLetter letter;
  letter.at = At(1);
  letter.cause = "unreadable";
  letter.reason = "no JSON";
  letter.body = std::string("\x00\xff{", 3);
  letter.destination = "crm-a";
  ledger_.Record({letter});
  ledger_.Record({letter});
  ASSERT_EQ(ledger_.Letters().size(), 1u);
  EXPECT_THAT(ledger_.Letters()[0].lead_id, testing::StartsWith("unreadable-"));
  auto whole = ledger_.reader().DeadLetter(1);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ((*whole)->body, letter.body);
  ExpectBooks({});
}

TEST_F(RecorderTest, AFailedTransactionLeavesNoTraceInTheBooks) {
  ledger_.Record({test::Accepted("l-1", {"crm-a"})});
  const Books before = ledger_.books();
  const int64_t pages = ledger_.database().PragmaInt("page_count");
  ledger_.database().Execute(absl::StrCat("PRAGMA max_page_count=", pages + 2));
  AcceptedLead large = test::Accepted("l-2", {"crm-a"});
  large.envelope = std::string(64 << 10, 'x');
  EXPECT_EQ(ledger_.side().recorder.Record({large}, At(0)).code(),
            absl::StatusCode::kResourceExhausted);
  ExpectBooks(before);
  ledger_.database().Execute("PRAGMA max_page_count=100000");
  ledger_.Record({large});
  EXPECT_EQ(ledger_.books()["crm-a"].accepted, 2);
}

TEST_F(RecorderTest, GroupsCountTheSameTrouble) {
  std::vector<Entry> batch;
  for (int i = 0; i < 5; ++i) {
    lead::DeadLetter letter = test::Dead(absl::StrCat("l-", i), i < 4 ? "crm-a" : "crm-b");
    letter.at = At(100 + i);
    letter.reason = absl::StrCat("contact ", 1000 + i, " is archived");
    batch.push_back(letter);
  }
  ledger_.Record(batch);
  DeadLetterGroup a;
  a.destination = "crm-a";
  a.cause = "rejected";
  a.group = "contact # is archived";
  a.count = 4;
  a.first_at = At(100);
  a.last_at = At(103);
  a.newest_id = 4;
  a.remedy = "create the property or take it out of the mapping";
  DeadLetterGroup b = a;
  b.destination = "crm-b";
  b.count = 1;
  b.first_at = b.last_at = At(104);
  b.newest_id = 5;
  auto groups = ledger_.reader().Groups({}, 10);
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_THAT(*groups, ElementsAre(a, b));
}

TEST_F(RecorderTest, PagesDoNotShiftWhenLettersArrive) {
  std::vector<Entry> batch;
  for (int i = 1; i <= 5; ++i) batch.push_back(test::Dead(absl::StrCat("l-", i), "crm-a"));
  ledger_.Record(batch);
  auto first = ledger_.reader().DeadLetters({}, 0, 2);
  ASSERT_TRUE(first.ok());
  ledger_.Record({test::Dead("l-6", "crm-a")});
  auto second = ledger_.reader().DeadLetters({}, first->back().id, 2);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(first->at(0).lead_id, "l-5");
  EXPECT_EQ(first->at(1).lead_id, "l-4");
  EXPECT_EQ(second->at(0).lead_id, "l-3");
  EXPECT_EQ(second->at(1).lead_id, "l-2");
}

}  // namespace
}  // namespace leadrelay::dlq
