// Schedules of the simulated world: docs/reliability.md.  `simulate --seed <n>` shows one of them.

#include <gtest/gtest.h>

#include "tests/simulation/found.h"
#include "tests/simulation/schedule.h"

namespace leadrelay::simulation {
namespace {

constexpr uint64_t kSeeds = 2000;
constexpr uint64_t kParts = 8;

Stage& TheStage() {
  static Stage& stage = *new Stage();
  return stage;
}

std::string FirstViolation(uint64_t seed) {
  const Verdict verdict = RunSchedule(TheStage(), seed, false);
  return verdict.violations.empty() ? "" : verdict.violations.front();
}

class SimulationTest : public testing::TestWithParam<uint64_t> {};

TEST_P(SimulationTest, NoScheduleBreaksWhatMustHold) {
  for (uint64_t seed = GetParam() + 1; seed <= kSeeds; seed += kParts) {
    ASSERT_EQ(FirstViolation(seed), "") << "repeat it: simulate --seed " << seed;
  }
}
INSTANTIATE_TEST_SUITE_P(Parts, SimulationTest, testing::Range<uint64_t>(0, kParts));

TEST(SimulationFoundTest, WhatWasFoundStaysMended) {
  for (const Found& found : kFound) {
    EXPECT_EQ(FirstViolation(found.seed), "") << found.what << ": simulate --seed " << found.seed;
  }
}

TEST(SimulationFoundTest, ASeedIsTheSameScheduleEveryTime) {
  for (const uint64_t seed : {11, 12, 13}) {
    const Verdict first = RunSchedule(TheStage(), seed, false);
    const Verdict again = RunSchedule(TheStage(), seed, true);
    EXPECT_EQ(first.steps, again.steps) << seed;
    EXPECT_EQ(first.digest, again.digest) << seed;
    EXPECT_GT(first.steps, 10) << seed;
  }
}

}  // namespace
}  // namespace leadrelay::simulation
