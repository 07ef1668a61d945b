#include "tests/chaos/plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::chaos {
namespace {

using ::testing::UnorderedElementsAre;

std::vector<Fault> PlanOf(uint64_t seed, int64_t faults, std::vector<FaultKind> kinds = {}) {
  PlanOptions options;
  options.seed = seed;
  options.faults = faults;
  options.kinds = std::move(kinds);
  return MakePlan(options);
}

TEST(PlanTest, FollowsFromTheSeed) {
  EXPECT_EQ(PlanOf(7, 200), PlanOf(7, 200));
  EXPECT_NE(PlanOf(7, 200), PlanOf(8, 200));
}

TEST(PlanTest, BringsEveryKindBeforeAnyComesAgain) {
  const int all = kFaultKinds - 1;  // But kDiskFull, which takes a disk of its own.
  for (const uint64_t seed : {1, 2, 3}) {
    std::set<FaultKind> kinds;
    for (const Fault& fault : PlanOf(seed, all)) kinds.insert(fault.kind);
    EXPECT_EQ(kinds.size(), all) << "seed " << seed;
    EXPECT_FALSE(kinds.contains(FaultKind::kDiskFull));
  }
}

TEST(PlanTest, BringsEveryTargetOfAKindBeforeAnyComesAgain) {
  std::vector<std::string> killed;
  for (const Fault& fault : PlanOf(1, 4, {FaultKind::kKill})) killed.push_back(fault.target);
  EXPECT_THAT(killed, UnorderedElementsAre("ingest", "dlq", "delivery-0", "delivery-1"));
}

TEST(PlanTest, LetsNoMoreThanTwoGoOnAtATimeAndNeverTheSame) {
  const std::vector<Fault> plan = PlanOf(3, 2000);
  int64_t overlapping = 0;
  for (size_t i = 0; i + 1 < plan.size(); ++i) {
    if (!plan[i].into_next) continue;
    ++overlapping;
    EXPECT_FALSE(plan[i + 1].into_next);
    EXPECT_NE(plan[i].kind, plan[i + 1].kind);
    for (const FaultKind alone : {FaultKind::kBrokerKill, FaultKind::kTerminate}) {
      EXPECT_NE(plan[i].kind, alone);
      EXPECT_NE(plan[i + 1].kind, alone);
    }
  }
  EXPECT_GT(overlapping, 100);
  EXPECT_FALSE(plan.back().into_next);
}

TEST(PlanTest, SaysWhatAFaultIs) {
  EXPECT_EQ(
      (Fault{FaultKind::kCut, "delivery-crm", std::chrono::milliseconds(300), true}.ToString()),
      "cut delivery-crm 300 ms +");
  EXPECT_EQ((Fault{FaultKind::kRedisFlush, "", std::chrono::milliseconds(0), false}.ToString()),
            "redis-flush");
}

}  // namespace
}  // namespace leadrelay::chaos
