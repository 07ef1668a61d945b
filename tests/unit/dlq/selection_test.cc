#include "services/dlq/ledger/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

TEST(SelectionTest, EachMemberNarrowsByItsOwnValue) {
  DeadLetterFilter all;
  all.state = "all";
  EXPECT_EQ(ToSql(all), (SqlCondition{"1", {}}));
  EXPECT_EQ(ToSql(DeadLetterFilter()), (SqlCondition{"state != 'resolved'", {}}));
  EXPECT_FALSE(DeadLetterFilter().narrows());

  DeadLetterFilter filter;
  filter.state = "open";
  filter.destination = "hubspot-eu";
  filter.cause = "rejected";
  filter.group = "HTTP 400";
  filter.reason = "'; DROP TABLE leads; --";
  filter.lead_id = "l-1";
  filter.since = absl::FromUnixSeconds(10);
  filter.until = absl::FromUnixSeconds(20);
  EXPECT_EQ(ToSql(filter),
            (SqlCondition{"state = ? AND destination = ? AND cause = ? AND reason_group = ? AND"
                          " instr(lower(reason), lower(?)) > 0 AND lead_id = ? AND at >= ? AND"
                          " at < ?",
                          {"open",
                           "hubspot-eu",
                           "rejected",
                           "HTTP 400",
                           "'; DROP TABLE leads; --",
                           "l-1",
                           int64_t{10'000},
                           int64_t{20'000}}}));
  EXPECT_TRUE(filter.narrows());
}

TEST(SelectionTest, IdsGoBeforeTheFilter) {
  Selection selection;
  selection.ids = {3, 5};
  selection.filter.destination = "hubspot-eu";
  EXPECT_EQ(ToSql(selection), (SqlCondition{"id IN (SELECT value FROM json_each(?))", {"[3,5]"}}));
}

}  // namespace
}  // namespace leadrelay::dlq
