#include "services/dlq/replay/pacer.h"

#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

TEST(PacerTest, GroupsGoAtEvenDistances) {
  Pacer pacer(50);
  const absl::Duration now = absl::Seconds(1000);
  EXPECT_EQ(pacer.Reserve(5, now), absl::ZeroDuration());
  EXPECT_EQ(pacer.Reserve(5, now), absl::Milliseconds(100));
  EXPECT_EQ(pacer.Reserve(5, now + absl::Milliseconds(150)), absl::Milliseconds(50));
}

TEST(PacerTest, SavesNothingUp) {
  Pacer pacer(50);
  EXPECT_EQ(pacer.Reserve(5, absl::Seconds(1000)), absl::ZeroDuration());
  EXPECT_EQ(pacer.Reserve(5, absl::Seconds(2000)), absl::ZeroDuration());
  EXPECT_EQ(pacer.Reserve(5, absl::Seconds(2000)), absl::Milliseconds(100));
}

TEST(PacerTest, NeverExceedsItsRateByMoreThanAGroup) {
  for (const double rate : {0.1, 1.0, 7.0, 50.0, 3000.0}) {
    const int group = GroupSize(rate);
    Pacer pacer(rate);
    absl::Duration now = absl::ZeroDuration();
    int64_t sent = 0;
    while (now < absl::Seconds(60)) {
      now += pacer.Reserve(group, now);
      sent += group;
      EXPECT_LE(static_cast<double>(sent), rate * absl::ToDoubleSeconds(now) + group + 1e-6);
    }
    EXPECT_GE(static_cast<double>(sent), rate * 60 - group);
  }
}

TEST(PacerTest, GroupsAreATenthOfASecond) {
  EXPECT_EQ(GroupSize(0.1), 1);
  EXPECT_EQ(GroupSize(10), 1);
  EXPECT_EQ(GroupSize(50), 5);
  EXPECT_EQ(GroupSize(10'000), 200);
}

}  // namespace
}  // namespace leadrelay::dlq
