// Lease: what a process may still use of what it was granted.

#include "services/delivery/throttle/lease.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

constexpr absl::Duration kUntil = absl::Seconds(100);

TEST(LeaseTest, IsTakenDownToTheLastGrantAndNotAfterItsEnd) {
  Lease lease(3, 7, kUntil, false);
  EXPECT_TRUE(lease.Take(2, kUntil - absl::Seconds(1)));
  EXPECT_FALSE(lease.Take(2, kUntil));
  EXPECT_TRUE(lease.Take(1, kUntil));
  EXPECT_FALSE(lease.Take(1, kUntil));

  Lease late(1, 7, kUntil, false);
  EXPECT_FALSE(late.Take(1, kUntil + absl::Nanoseconds(1)));
  EXPECT_EQ(late.Drop(), (UnusedGrants{7, 1}));
}

TEST(LeaseTest, TakesBackOnlyItsOwnAndInTime) {
  Lease lease(2, 7, kUntil, false);
  EXPECT_TRUE(lease.Take(2, kUntil));
  EXPECT_FALSE(lease.PutBack(1, 6, kUntil));
  EXPECT_FALSE(lease.PutBack(1, 7, kUntil + absl::Nanoseconds(1)));
  EXPECT_EQ(lease.left(), 0);
  EXPECT_TRUE(lease.PutBack(1, 7, kUntil));
  EXPECT_EQ(lease.Drop(), (UnusedGrants{7, 1}));
  EXPECT_EQ(lease.Drop(), (UnusedGrants{7, 0}));
}

TEST(LeaseTest, OneForOneCallIsTakenOnceEvenIfItLeavesSomething) {
  Lease lease(5, 7, kUntil, false, true);
  EXPECT_TRUE(lease.Take(2, kUntil));
  EXPECT_FALSE(lease.Take(1, kUntil));
  EXPECT_TRUE(lease.PutBack(2, 7, kUntil));  // The call was not made after all.
  EXPECT_TRUE(lease.Take(3, kUntil));
  EXPECT_EQ(lease.Drop(), (UnusedGrants{7, 2, 0}));

  Lease untouched(5, 8, kUntil, false, true);
  EXPECT_EQ(untouched.Drop(), (UnusedGrants{8, 5, 1}));
  EXPECT_EQ(untouched.Drop(), (UnusedGrants{8, 0, 0}));
}

TEST(LeaseTest, AnEmptyOneGivesNothing) {
  Lease none;
  EXPECT_FALSE(none.Take(1, absl::ZeroDuration()));
  EXPECT_FALSE(none.PutBack(1, 0, absl::ZeroDuration()));
}

}  // namespace
}  // namespace leadrelay::delivery
