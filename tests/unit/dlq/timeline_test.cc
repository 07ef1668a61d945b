#include "services/dlq/inspect/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using test::At;

TEST(TimelineTest, TellsTheWholeStoryInOrder) {
  LeadRecord lead;
  lead.lead_id = "ld_1";
  lead.publisher = "shop";
  lead.accepted_at = At(0);
  DeliveryRecord delivered;
  delivered.state = State::kDelivered;
  delivered.replay_id = "rp_1";
  delivered.remote_id = "101";
  delivered.effect = "created";
  delivered.since = At(300);
  DeliveryRecord suppressed;
  suppressed.state = State::kSuppressed;
  suppressed.reason = "no consent";
  suppressed.since = At(0);
  lead.deliveries = {{"crm-a", delivered}, {"crm-b", suppressed}};
  lead.attempts = {{"crm-a", "", test::Attempt(1, "rejected", 400)}};
  DeadLetterRecord letter;
  letter.id = 7;
  letter.destination = "crm-a";
  letter.at = At(11);
  letter.cause = "rejected";
  letter.reason = "HTTP 400";
  letter.status = 400;
  letter.resolution = "delivered by replay rp_1";
  letter.resolved_at = At(300);
  lead.dead_letters = {letter};
  ReplayItemRecord item;
  item.replay_id = "rp_1";
  item.dead_letter = 7;
  item.destination = "crm-a";
  item.state = "delivered";
  item.created_at = At(200);
  item.published_at = At(201);
  item.ended_at = At(300);
  lead.replays = {item};

  struct Line {
    absl::Time at;
    std::string destination;
    std::string event;
    std::string text;
    std::string replay_id;
    int64_t dead_letter;
    bool operator==(const Line&) const = default;
  };
  std::vector<Line> lines;
  for (const TimelineEvent& event : BuildTimeline(lead)) {
    lines.push_back(
        {event.at, event.destination, event.event, event.text, event.replay_id, event.dead_letter});
  }
  const std::vector<Line> expected = {
      {At(0), "", "accepted", "from shop for 2 destinations", "", 0},
      {At(0), "crm-b", "suppressed", "no consent", "", 0},
      {At(10), "crm-a", "attempt", "rejected: HTTP 400", "", 0},
      {At(11), "crm-a", "dead letter", "rejected: HTTP 400", "", 7},
      {At(200), "crm-a", "replay ordered", "", "rp_1", 7},
      {At(201), "crm-a", "replay sent", "", "rp_1", 7},
      {At(300), "crm-a", "delivered", "created: 101", "rp_1", 0},
      {At(300), "crm-a", "resolved", "delivered by replay rp_1", "", 7},
      {At(300), "crm-a", "replay ended", "delivered", "rp_1", 7},
  };
  EXPECT_TRUE(lines == expected);
  const TimelineEvent attempt = BuildTimeline(lead).at(2);
  EXPECT_EQ(attempt.attempt, 1);
  EXPECT_EQ(attempt.status, 400);
  EXPECT_EQ(attempt.took, absl::Milliseconds(120));
}

TEST(TimelineTest, AMarkNamesTheLeadThatItTravelsAs) {
  LeadRecord lead;
  lead.lead_id = "ld_rcg33011tw6kq9n3fenejtyse77j8f3j";
  lead.marks = {{"backup", At(300)}, {"sheet", At(300), At(301)}};
  std::vector<std::string> lines;
  for (const TimelineEvent& event : BuildTimeline(lead)) {
    lines.push_back(absl::StrCat(event.destination, " ", event.event, ": ", event.text));
  }
  EXPECT_EQ(lines,
            (std::vector<std::string>{
                "backup mark due: the others have the lead",
                "sheet mark due: the others have the lead",
                "sheet mark sent: as ld_kyxfqsecx0n794vb2pz23x0j971z2d0v",
            }));
}

TEST(TimelineTest, ALeadKnownFromAnOutcomeOnlyWasNotSeenAccepted) {
  LeadRecord lead;
  DeliveryRecord retrying;
  retrying.state = State::kRetrying;
  retrying.since = At(10);
  retrying.next_at = At(70);
  lead.deliveries = {{"crm-a", retrying}};
  TimelineEvent expected;
  expected.at = At(10);
  expected.destination = "crm-a";
  expected.event = "retrying";
  expected.text = "not before 2026-09-21T14:14:30Z";
  EXPECT_EQ(BuildTimeline(lead), std::vector<TimelineEvent>{expected});
}

}  // namespace
}  // namespace leadrelay::dlq
