#include "tools/leadctl/progress.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

TEST(ProgressTest, Line) {
  EXPECT_EQ(ProgressLine({0.5, 0, 1000, "1,000 accepted", absl::Seconds(2)}, 60),
            "[###########----------]  50 %  1,000 accepted  500/s  ETA 2s");
  // What an earlier run did is no sign of this one's speed.
  EXPECT_EQ(ProgressLine({0.75, 0.5, 100, "x", absl::Seconds(10)}, 40),
            "[###########---]  75 %  x  10/s  ETA 10s");
  EXPECT_EQ(ProgressLine({1, 0, 10, "x", absl::Seconds(1)}, 24), "[#######] 100 %  x  10/s");
  EXPECT_EQ(ProgressLine({0, 0, 0, "begun", absl::ZeroDuration()}, 22), "[-------]   0 %  begun");
  EXPECT_EQ(ProgressLine({0.5, 0, 0, "a long text", absl::ZeroDuration()}, 10), " 50 %  a l");
}

TEST(ProgressTest, Numbers) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1000), "1,000");
  EXPECT_EQ(WithCommas(-1234567), "-1,234,567");
  EXPECT_EQ(WithCommas(-100), "-100");
}

TEST(ProgressTest, Durations) {
  EXPECT_EQ(ShortDuration(absl::Milliseconds(1)), "1s");
  EXPECT_EQ(ShortDuration(absl::Seconds(130)), "2m10s");
  EXPECT_EQ(ShortDuration(absl::Minutes(65)), "1h05m");
}

}  // namespace
}  // namespace leadrelay::leadctl
