#include "services/dlq/ledger/due_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

using enum State;

TEST(DueMarks, AreThoseOfALeadThatIsInEveryCrm) {
  struct Case {
    const char* what;
    std::vector<DestinationState> deliveries;
    std::vector<std::string> due;
  };
  const std::vector<Case> cases = {
      {"in the sheet and the CRM", {{"crm", kDelivered}, {"sheet", kDelivered}}, {"sheet"}},
      {"one CRM has it, one must not",
       {{"crm", kDelivered}, {"news", kSuppressed}, {"sheet", kDelivered}},
       {"sheet"}},
      {"under way", {{"crm", kInFlight}, {"sheet", kDelivered}}, {}},
      {"being retried", {{"crm", kRetrying}, {"sheet", kDelivered}}, {}},
      {"dead", {{"crm", kDead}, {"sheet", kDelivered}}, {}},
      {"given up", {{"crm", kDiscarded}, {"sheet", kDelivered}}, {}},
      {"one of two is missing",
       {{"crm", kDelivered}, {"erp", kInFlight}, {"sheet", kDelivered}},
       {}},
      {"in no CRM", {{"crm", kSuppressed}, {"sheet", kDelivered}}, {}},
      {"the sheet alone", {{"sheet", kDelivered}}, {}},
      {"no row yet", {{"crm", kDelivered}, {"sheet", kRetrying}}, {}},
      {"no row", {{"crm", kDelivered}, {"sheet", kDead}}, {}},
      {"no row wanted", {{"crm", kDelivered}, {"sheet", kSuppressed}}, {}},
      {"nothing to mark", {{"crm", kDelivered}}, {}},
      {"nothing", {}, {}},
      {"two sheets",
       {{"backup", kDelivered}, {"crm", kDelivered}, {"sheet", kDelivered}},
       {"backup", "sheet"}},
      {"two sheets, one of them dead",
       {{"backup", kDead}, {"crm", kDelivered}, {"sheet", kDelivered}},
       {"sheet"}},
      {"sheets are no CRMs", {{"backup", kDelivered}, {"sheet", kDelivered}}, {}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(DueMarks(c.deliveries, {"backup", "sheet"}), c.due) << c.what;
    EXPECT_THAT(DueMarks(c.deliveries, {}), testing::IsEmpty()) << c.what;
  }
}

}  // namespace
}  // namespace leadrelay::dlq
