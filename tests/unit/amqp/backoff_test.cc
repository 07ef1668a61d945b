#include "common/amqp/backoff.h"

#include <gtest/gtest.h>

namespace leadrelay::amqp {
namespace {

std::vector<absl::Duration> Waits(double random, int count) {
  Backoff backoff(absl::Milliseconds(100), absl::Seconds(1), [random] { return random; });
  std::vector<absl::Duration> waits;
  for (int i = 0; i < count; ++i) waits.push_back(backoff.Next());
  return waits;
}

TEST(BackoffTest, DoublesUpToTheLongest) {
  EXPECT_EQ(Waits(0, 6),
            (std::vector<absl::Duration>{absl::Milliseconds(100),
                                         absl::Milliseconds(200),
                                         absl::Milliseconds(400),
                                         absl::Milliseconds(800),
                                         absl::Seconds(1),
                                         absl::Seconds(1)}));
}

TEST(BackoffTest, TakesAtMostHalfOff) {
  EXPECT_EQ(Waits(0.5, 2),
            (std::vector<absl::Duration>{absl::Milliseconds(75), absl::Milliseconds(150)}));
  for (absl::Duration wait : Waits(0.999999, 1)) EXPECT_GT(wait, absl::Milliseconds(50));
}

TEST(BackoffTest, StartsAnewAfterReset) {
  Backoff backoff(absl::Milliseconds(100), absl::Seconds(1), [] { return 0.0; });
  backoff.Next();
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(100));
}

}  // namespace
}  // namespace leadrelay::amqp
