// What bounds a publisher and the process: claims, rates, bytes.

#include <gtest/gtest.h>

#include "services/ingest/receive/budget.h"
#include "services/ingest/receive/claim.h"
#include "services/ingest/receive/rate_limit.h"

namespace leadrelay::ingest {
namespace {

TEST(Claim, WhatIsStoredSays) {
  const std::vector<std::pair<std::string, Claim>> cases = {
      {InFlightValue("fp", "owner"), {Claim::Kind::kInFlight, ""}},
      {DoneValue("fp", R"({"a":"b:c"})"), {Claim::Kind::kDone, R"({"a":"b:c"})"}},
      {InFlightValue("other", "owner"), {Claim::Kind::kReused, ""}},
      {DoneValue("other", "{}"), {Claim::Kind::kReused, ""}},
      {"", {Claim::Kind::kUnchecked, ""}},
      {"x", {Claim::Kind::kUnchecked, ""}},
      {":", {Claim::Kind::kUnchecked, ""}},
      {"xfp:what", {Claim::Kind::kUnchecked, ""}},
  };
  for (const auto& [stored, expected] : cases)
    EXPECT_EQ(ReadClaim(stored, "fp"), expected) << stored;
}

TEST(RateLimit, BurstThenRate) {
  using Grant = RateLimit::Grant;
  const Rate rate{2, 3};  // Two a second, three at once.
  RateLimit limit;
  const auto at = [](int ms) { return absl::Milliseconds(ms); };
  EXPECT_EQ(limit.Take(rate, 2, at(0)), (Grant{2, at(0)}));
  EXPECT_EQ(limit.Take(rate, 2, at(0)), (Grant{1, at(500)}));
  EXPECT_EQ(limit.Take(rate, 1, at(499)), (Grant{0, at(1)}));
  EXPECT_EQ(limit.Take(rate, 1, at(500)), (Grant{1, at(0)}));
  EXPECT_EQ(limit.Take(rate, 1, at(500)), (Grant{0, at(500)}));
  EXPECT_EQ(limit.Take(rate, 9, at(10'000)), (Grant{3, at(500)}));  // No more than the burst.
}

TEST(RateLimit, NoLimit) {
  RateLimit limit;
  EXPECT_EQ(limit.Take(Rate{}, 1'000'000, absl::ZeroDuration()),
            (RateLimit::Grant{1'000'000, absl::ZeroDuration()}));
}

TEST(Budget, GivenBack) {
  Budget budget(100);
  {
    std::optional<Budget::Hold> first = budget.Take(60);
    ASSERT_TRUE(first.has_value());
    EXPECT_FALSE(budget.Take(41).has_value());
    Budget::Hold moved = *std::move(first);
    first.reset();  // NOLINT(bugprone-use-after-move): what was moved from holds nothing.
    EXPECT_EQ(budget.held(), 60);
    EXPECT_EQ(budget.holders(), 1);
    EXPECT_TRUE(budget.Take(40).has_value());
  }
  EXPECT_EQ(budget.held(), 0);
  EXPECT_EQ(budget.holders(), 0);
}

}  // namespace
}  // namespace leadrelay::ingest
