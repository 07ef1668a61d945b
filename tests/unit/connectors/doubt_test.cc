#include "services/delivery/connectors/doubt.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

constexpr absl::Duration kLag = absl::Minutes(1);

TEST(DoubtTest, IsOverWhenTheSearchMustShowWhatIsThere) {
  Job job;
  job.unknown = true;
  job.doubt_age = kLag;
  EXPECT_TRUE(NothingThere(job, kLag, "Close", 200));
  EXPECT_FALSE(job.unknown);
  EXPECT_FALSE(job.outcome.has_value());
}

TEST(DoubtTest, IsPutOffForTheRestBeforeThat) {
  Job job;
  job.unknown = true;
  job.doubt_age = absl::Seconds(20);
  EXPECT_FALSE(NothingThere(job, kLag, "Close", 200));
  EXPECT_TRUE(job.unknown);
  ASSERT_TRUE(job.outcome.has_value());
  EXPECT_EQ(job.outcome->kind, Outcome::Kind::kRetry);
  EXPECT_EQ(job.outcome->retry_after, absl::Seconds(40));
}

TEST(DoubtTest, BeginsAnewWithWhatThisAttemptDid) {
  Job job;
  job.unknown = true;
  job.doubt_age = absl::Hours(1);  // Of an earlier attempt, and resolved.
  ASSERT_TRUE(NothingThere(job, kLag, "Close", 200));
  PutInDoubt(job);  // What was made since is gone, or merged.
  EXPECT_FALSE(NothingThere(job, kLag, "Close", 200));
  EXPECT_EQ(job.outcome->retry_after, kLag);
}

}  // namespace
}  // namespace leadrelay::delivery
