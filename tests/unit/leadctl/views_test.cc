#include "tools/leadctl/views.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

json::Document Parse(const char* text) {
  return json::Document::Parse(text).value();
}

TEST(ViewsTest, Books) {
  const json::Document books = Parse(
      R"({"destinations":[{"destination":"crm","accepted":1200,"delivered":1190,"suppressed":1,
          "dead":2,"discarded":3,"in_flight":4,"retrying":1,"difference":0}],"balanced":true})");
  EXPECT_EQ(BooksView(books.root(), {}),
            "DESTINATION  ACCEPTED  DELIVERED  SUPPRESSED  DEAD  DISCARDED  IN FLIGHT  DIFFERENCE\n"
            "crm             1,200      1,190           1     2          3          4           0\n"
            "The books balance.\n");
  EXPECT_EQ(InFlight(books.root()), 4);
}

TEST(ViewsTest, LeadByDestination) {
  const json::Document lead = Parse(
      R"({"lead_id":"ld_1","publisher":"shop","accepted_at":"2026-03-01T09:30:00.000Z",
          "deliveries":[{"destination":"crm","state":"dead"}],
          "timeline":[{"at":"2026-03-01T09:30:00.000Z","event":"accepted","text":"from shop"},
                      {"at":"2026-03-01T09:30:01.000Z","destination":"crm","event":"attempt",
                       "text":"rejected","attempt":1,"took_ms":12,"status":400},
                      {"at":"2026-03-01T09:30:02.000Z","destination":"crm","event":"dead letter",
                       "text":"rejected","dead_letter":17}]})");
  EXPECT_EQ(LeadView(lead.root(), {}),
            "Lead        ld_1\n"
            "Publisher   shop\n"
            "Accepted    2026-03-01T09:30:00.000Z\n"
            "  2026-03-01 09:30:00  accepted  from shop\n"
            "\n"
            "crm: dead\n"
            "  2026-03-01 09:30:01  attempt 1    rejected (HTTP 400, 12 ms)\n"
            "  2026-03-01 09:30:02  dead letter  rejected (#17)\n");
}

TEST(ViewsTest, NothingIsSaidInWords) {
  const json::Document nothing = Parse("{}");
  EXPECT_EQ(BooksView(nothing.root(), {}), "No leads yet.\n");
  EXPECT_EQ(DeadLettersView(nothing.root(), {}), "No dead letters.\n");
  EXPECT_EQ(GroupsView(nothing.root(), {}), "No dead letters.\n");
  EXPECT_EQ(ReplaysView(nothing.root(), {}), "No replays.\n");
  EXPECT_EQ(DestinationsView(nothing.root(), {}), "No destinations.\n");
}

TEST(ViewsTest, APlanSaysWhatItWouldSkip) {
  const json::Document plan = Parse(
      R"({"matching":5,"would_replay":3,"by_destination":{"crm":3},
          "skipped":{"already_replaying":2,"already_resolved":0},"publishing_takes_seconds":1})");
  EXPECT_EQ(PlanView(plan.root(), {}),
            "Would replay 3 of 5 dead letters, in about 1s.\n"
            "DESTINATION  COUNT\n"
            "crm              3\n"
            "Skipped, already_replaying: 2\n");
}

}  // namespace
}  // namespace leadrelay::leadctl
