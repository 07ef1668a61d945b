#include "services/dlq/inspect/render.h"

#include <gtest/gtest.h>

#include "services/dlq/inspect/render_replay.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using test::At;

DeadLetterRecord Letter() {
  DeadLetterRecord letter;
  letter.id = 7;
  letter.lead_id = "ld_1";
  letter.destination = "crm-a";
  letter.at = At(11);
  letter.cause = "rejected";
  letter.reason = "HTTP 400";
  letter.group = "HTTP 400";
  letter.remedy = "mend the mapping";
  letter.status = 400;
  letter.attempts = 1;
  letter.state = "open";
  return letter;
}

LeadRecord Lead() {
  LeadRecord lead;
  lead.lead_id = "ld_1";
  lead.publisher = "shop";
  lead.accepted_at = At(0);
  lead.envelope = R"({"version":1,"lead":{"email":"jane@example.com"}})";
  DeliveryRecord delivered;
  delivered.state = State::kDelivered;
  delivered.attempts = 1;
  delivered.remote_id = "101";
  delivered.since = At(12);
  lead.deliveries = {{"crm-a", delivered}};
  return lead;
}

TEST(RenderTest, ALeadShowsNobodysDataUnlessAskedFor) {
  const std::string plain = RenderLead(Lead(), false);
  EXPECT_EQ(plain,
            R"({"lead_id":"ld_1","publisher":"shop","accepted_at":"2026-09-21T14:13:20.000Z",)"
            R"("deliveries":[{"delivery_id":"ld_1:crm-a","destination":"crm-a",)"
            R"("state":"delivered","attempts":1,"remote_id":"101",)"
            R"("since":"2026-09-21T14:13:32.000Z"}],)"
            R"("timeline":[{"at":"2026-09-21T14:13:20.000Z","event":"accepted",)"
            R"("text":"from shop for 1 destination"},)"
            R"({"at":"2026-09-21T14:13:32.000Z","destination":"crm-a","event":"delivered",)"
            R"("text":"101"}]})");
  std::string with = plain;
  with.insert(with.size() - 1, R"(,"lead":{"email":"jane@example.com"})");
  EXPECT_EQ(RenderLead(Lead(), true), with);
}

TEST(RenderTest, AFullPageNamesTheNext) {
  const std::string letter =
      R"({"id":7,"lead_id":"ld_1","destination":"crm-a","at":"2026-09-21T14:13:31.000Z",)"
      R"("cause":"rejected","reason":"HTTP 400","group":"HTTP 400","remedy":"mend the mapping",)"
      R"("attempts":1,"status":400,"state":"open"})";
  EXPECT_EQ(RenderDeadLetters({Letter()}, 1),
            absl::StrCat(R"({"dead_letters":[)", letter, R"(],"next_cursor":"7"})"));
  EXPECT_EQ(RenderDeadLetters({Letter()}, 2), absl::StrCat(R"({"dead_letters":[)", letter, "]}"));
  EXPECT_EQ(RenderDeadLetters({}, 2), R"({"dead_letters":[]})");
}

TEST(RenderTest, ABodyThatIsNoJsonIsBase64) {
  DeadLetterRecord letter = Letter();
  letter.body = R"({"version":1})";
  const auto readable = json::Document::Parse(RenderDeadLetter(letter, Lead()));
  ASSERT_TRUE(readable.ok());
  EXPECT_EQ(readable->root().Pointer("/body/version").AsInt64(), 1);
  EXPECT_FALSE(readable->root().Find("body_base64").exists());
  letter.body = "\x01\xff";
  const auto junk = json::Document::Parse(RenderDeadLetter(letter, Lead()));
  ASSERT_TRUE(junk.ok());
  EXPECT_EQ(junk->root().Find("body_base64").AsString(), "Af8=");
  EXPECT_FALSE(junk->root().Find("body").exists());
}

TEST(RenderTest, BooksAddUp) {
  BookRow row;
  row.accepted = 10;
  row.in_flight = 2;
  row.retrying = 1;
  row.delivered = 3;
  row.suppressed = 1;
  row.dead = 2;
  row.discarded = 1;
  EXPECT_EQ(RenderBooks({{"crm-a", row}}),
            R"({"destinations":[{"destination":"crm-a","accepted":10,"delivered":3,)"
            R"("suppressed":1,"dead":2,"discarded":1,"in_flight":3,"retrying":1,)"
            R"("difference":0}],"balanced":true})");
  row.accepted = 9;
  EXPECT_NE(RenderBooks({{"crm-a", row}}).find(R"("difference":1}],"balanced":false)"),
            std::string::npos);
}

TEST(RenderTest, AReplaysProgress) {
  ReplayRecord replay;
  replay.number = 3;
  replay.replay_id = "rp_1";
  replay.created_at = At(0);
  replay.selection = R"({"ids":[7]})";
  replay.state = "running";
  replay.per_second = 50;
  replay.skipped = 1;
  replay.pending = 101;
  replay.published = 2;
  replay.failed = 1;
  ReplayItemRecord failed;
  failed.dead_letter = 9;
  failed.destination = "crm-a";
  failed.reason = "no queue";
  EXPECT_EQ(RenderReplay(replay, {failed}),
            R"({"id":"rp_1","state":"running","rate_per_second":50.0,)"
            R"("created_at":"2026-09-21T14:13:20.000Z","selection":{"ids":[7]},"total":104,)"
            R"("skipped":1,"items":{"pending":101,"sending":0,"published":2,"delivered":0,)"
            R"("suppressed":0,"dead":0,"failed":1,"cancelled":0},"publishing_takes_seconds":3,)"
            R"("failures":[{"dead_letter":9,"destination":"crm-a","reason":"no queue"}]})");
}

TEST(RenderTest, ADryRun) {
  ReplayPlan plan;
  plan.matching = 6;
  plan.replayable = {{"crm-a", 2}, {"crm-b", 1}};
  plan.already_replaying = 1;
  plan.unreadable = 2;
  EXPECT_EQ(RenderPlan(plan, 2),
            R"({"dry_run":true,"matching":6,"would_replay":3,)"
            R"("by_destination":{"crm-a":2,"crm-b":1},"skipped":{"already_replaying":1,)"
            R"("already_resolved":0,"unreadable":2,"not_configured":0},"rate_per_second":2.0,)"
            R"("publishing_takes_seconds":2})");
}

TEST(RenderTest, DestinationsSayWhatIsNotKnown) {
  DestinationView view;
  view.name = "crm-a";
  view.connector = "webhook";
  view.state = "throttled";
  view.until = At(60);
  view.waiting = 4;
  DestinationView gone;
  gone.name = "crm-gone";
  gone.state = "not configured";
  const auto document = json::Document::Parse(RenderDestinations({view, gone}));
  ASSERT_TRUE(document.ok());
  const json::Value first = document->root().Find("destinations").At(0);
  EXPECT_EQ(first.Find("waiting").AsInt64(), 4);
  EXPECT_EQ(first.Find("until").AsString(), "2026-09-21T14:14:20.000Z");
  EXPECT_EQ(first.Pointer("/books/difference").AsInt64(), 0);
  const json::Value second = document->root().Find("destinations").At(1);
  EXPECT_EQ(second.Find("configured").AsBool(), false);
  EXPECT_FALSE(second.Find("waiting").exists());
}

}  // namespace
}  // namespace leadrelay::dlq
