// Which marks the ledger comes to, whatever the messages' order, and what becomes of them.

#include "services/dlq/ledger/marks.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lead/envelope.h"
#include "tests/unit/dlq/facts.h"
#include "tests/unit/dlq/scratch_ledger.h"

namespace leadrelay::dlq {
namespace {

using test::At;
using test::ScratchLedger;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kAll = 1000;
const absl::Time kRecorded = absl::FromUnixSeconds(1'790'001'000);

std::vector<DueMark> Advance(ScratchLedger& ledger,
                             const std::vector<DueMark>& confirmed = {},
                             int limit = kAll) {
  auto marks = ledger.side().marks.Advance(confirmed, limit, At(900));
  EXPECT_TRUE(marks.ok()) << marks.status();
  return marks.ok() ? *std::move(marks) : std::vector<DueMark>();
}

std::vector<std::string> Waiting(ScratchLedger& ledger) {
  std::vector<std::string> ids;
  for (const DueMark& mark : Advance(ledger)) {
    ids.push_back(lead::DeliveryId(mark.lead_id, mark.destination));
  }
  return ids;
}

struct Story {
  const char* name;
  std::vector<Entry> entries;
  std::vector<std::string> due;
};

std::vector<Story> Stories() {
  const Entry accepted = test::Accepted("l-1", {"crm", "sheet"});
  const Entry in_crm = test::Delivered("l-1", "crm");
  const Entry in_sheet = test::Delivered("l-1", "sheet");
  AcceptedLead held_back = test::Accepted("l-1", {"sheet"});
  held_back.suppressed = {{"crm", "no consent"}};
  AcceptedLead half = test::Accepted("l-1", {"crm", "sheet"});
  half.suppressed = {{"news", "no consent"}};
  AcceptedLead operation = test::Accepted("l-1", {"crm", "sheet"});
  operation.operation = "update_person";
  AcceptedLead mark = test::Accepted("l-2", {"sheet"});
  mark.operation = "mark_synced";
  return {
      {"everywhere", {accepted, in_crm, in_sheet}, {"l-1:sheet"}},
      {"after retries",
       {accepted, test::Retrying("l-1", "crm", 1), in_crm, in_sheet},
       {"l-1:sheet"}},
      {"and held back elsewhere", {half, in_crm, in_sheet}, {"l-1:sheet"}},
      {"held back at the last gate",
       {test::Accepted("l-1", {"crm", "erp", "sheet"}),
        test::Suppressed("l-1", "erp"),
        in_crm,
        in_sheet},
       {"l-1:sheet"}},
      {"a copy died", {accepted, test::Dead("l-1", "crm"), in_crm, in_sheet}, {"l-1:sheet"}},
      {"dead, and delivered by a replay",
       {accepted, test::Dead("l-1", "crm"), test::Delivered("l-1", "crm", "r1"), in_sheet},
       {"l-1:sheet"}},
      {"two sheets",
       {test::Accepted("l-1", {"backup", "crm", "sheet"}),
        in_crm,
        in_sheet,
        test::Delivered("l-1", "backup")},
       {"l-1:backup", "l-1:sheet"}},
      {"not in the CRM", {accepted, test::Retrying("l-1", "crm", 1), in_sheet}, {}},
      {"dead in the CRM", {accepted, test::Dead("l-1", "crm"), in_sheet}, {}},
      {"not in the sheet", {accepted, in_crm, test::Dead("l-1", "sheet")}, {}},
      {"held back from the CRM", {held_back, in_sheet}, {}},
      {"its acceptance is missing", {in_crm, in_sheet}, {}},
      {"an operation", {operation, in_crm, in_sheet}, {}},
      {"a mark itself",
       {accepted, in_crm, in_sheet, mark, test::Delivered("l-2", "sheet")},
       {"l-1:sheet"}},
  };
}

TEST(MarksTest, EveryOrderAndEveryCopyAndEveryCrashComeToTheSameMarks) {
  std::mt19937 random(20260301);
  for (const Story& story : Stories()) {
    for (int telling = 0; telling < 12; ++telling) {
      SCOPED_TRACE(absl::StrCat(story.name, ", telling ", telling));
      std::vector<Entry> told = story.entries;
      for (const Entry& entry : story.entries) {
        if (telling > 0 && random() % 2 == 0) told.push_back(entry);
      }
      if (telling > 0) std::shuffle(told.begin(), told.end(), random);
      ScratchLedger ledger({"backup", "sheet"});
      for (auto next = told.begin(); next != told.end();) {
        const auto end = next + std::min<ptrdiff_t>(1 + random() % 3, told.end() - next);
        ledger.Record(std::vector<Entry>(next, end));
        next = end;
        if (random() % 3 == 0) ledger.Reopen();
      }
      ASSERT_EQ(Waiting(ledger), story.due);
      ASSERT_EQ(ledger.side().marks.CountWaiting(), std::ssize(story.due));
    }
  }
}

TEST(MarksTest, NobodyIsToldWithoutTheSetting) {
  ScratchLedger ledger;
  ledger.Record(Stories().front().entries);
  EXPECT_THAT(Waiting(ledger), IsEmpty());
  Statement count(ledger.database(), "SELECT count(*) FROM marks");
  Cursor cursor = count.Query();
  ASSERT_TRUE(cursor.Next());
  EXPECT_EQ(cursor.Int(0), 0);
}

TEST(MarksTest, SayWhatTheMessageNeeds) {
  ScratchLedger ledger({"sheet"});
  lead::Envelope envelope;
  envelope.lead_id = "l-1";
  envelope.publisher = "shop";
  envelope.accepted_at = At(0);
  envelope.destinations = {"crm", "sheet"};
  AcceptedLead lead = test::Accepted("l-1", {"crm", "sheet"});
  lead.envelope = envelope.ToJson(R"({"email":"ada@example.com","consent_given":true})");
  ledger.Record({lead, test::Delivered("l-1", "crm")}, At(300));
  ledger.Record({test::Delivered("l-1", "sheet")}, At(301));
  DueMark expected;
  expected.lead = 1;
  expected.lead_id = "l-1";
  expected.publisher = "shop";
  expected.destination = "sheet";
  expected.due_at = At(301);
  expected.consent_given = true;
  EXPECT_THAT(Advance(ledger), ElementsAre(expected));
}

std::vector<Entry> Synced(const std::string& lead_id) {
  return {test::Accepted(lead_id, {"crm", "sheet"}),
          test::Delivered(lead_id, "crm"),
          test::Delivered(lead_id, "sheet")};
}

TEST(MarksTest, AreThereUntilTheBrokerHasThem) {
  ScratchLedger ledger({"sheet"});
  Marks* marks = &ledger.side().marks;
  for (const char* id : {"l-1", "l-2", "l-3"}) ledger.Record(Synced(id), kRecorded);
  EXPECT_EQ(marks->TakeChange(), 3);
  EXPECT_EQ(marks->TakeChange(), 0);
  std::vector<DueMark> first = Advance(ledger, {}, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].lead_id, "l-1");  // The oldest come first.

  // Nobody knows whether they went out: they are the next ones again.
  ledger.Reopen();
  marks = &ledger.side().marks;
  EXPECT_EQ(marks->CountWaiting(), 3);
  EXPECT_EQ(Advance(ledger, {}, 2), first);
  // One was confirmed, and one more came meanwhile.
  ledger.Record(Synced("l-4"));
  EXPECT_EQ(Advance(ledger, {first[1]}, 0).size(), 0u);
  EXPECT_THAT(Waiting(ledger), ElementsAre("l-1:sheet", "l-3:sheet", "l-4:sheet"));
  EXPECT_EQ(marks->TakeChange(), 0);  // One more, one fewer.
  EXPECT_THAT(ledger.Lead("l-2").marks, ElementsAre(MarkRecord{"sheet", kRecorded, At(900)}));
  EXPECT_THAT(ledger.Lead("l-3").marks, ElementsAre(MarkRecord{"sheet", kRecorded}));
  // Settled is settled, also when everything is told again.
  EXPECT_THAT(Advance(ledger, Advance(ledger)), IsEmpty());
  EXPECT_EQ(marks->TakeChange(), -3);
  for (const char* id : {"l-1", "l-2", "l-3", "l-4"}) ledger.Record(Synced(id));
  EXPECT_THAT(Waiting(ledger), IsEmpty());
  EXPECT_EQ(marks->CountWaiting(), 0);
}

TEST(MarksTest, AFailedTransactionLeavesNone) {
  ScratchLedger ledger({"sheet"});
  ledger.Record({test::Accepted("l-1", {"crm", "sheet"}), test::Delivered("l-1", "crm")});
  const int64_t pages = ledger.database().PragmaInt("page_count");
  ledger.database().Execute(absl::StrCat("PRAGMA max_page_count=", pages + 2));
  AcceptedLead large = test::Accepted("l-2", {"crm"});
  large.envelope = std::string(64 << 10, 'x');
  EXPECT_FALSE(ledger.side().recorder.Record({test::Delivered("l-1", "sheet"), large}, At(0)).ok());
  EXPECT_EQ(ledger.side().marks.TakeChange(), 0);
  EXPECT_THAT(Waiting(ledger), IsEmpty());
  ledger.database().Execute("PRAGMA max_page_count=100000");
  ledger.Record({test::Delivered("l-1", "sheet")});
  EXPECT_THAT(Waiting(ledger), ElementsAre("l-1:sheet"));
}

}  // namespace
}  // namespace leadrelay::dlq
