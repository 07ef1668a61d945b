#include "common/lead/times.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace leadrelay::lead {
namespace {

TEST(TimesTest, WritesUtcWithMilliseconds) {
  EXPECT_EQ(Rfc3339(absl::UnixEpoch()), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(Rfc3339(absl::FromUnixMicros(1'772'357'400'999'999)), "2026-03-01T09:30:00.999Z");
}

TEST(TimesTest, ReadsAnyRfc3339Time) {
  const absl::Time time = absl::FromUnixMillis(1'772'357'400'250);
  for (const std::string text : {"2026-03-01T09:30:00.250Z",
                                 "2026-03-01T10:30:00.25+01:00",
                                 "2026-02-28T22:00:00.250000-11:30"}) {
    EXPECT_EQ(FromRfc3339(text), time) << text;
  }
  EXPECT_EQ(FromRfc3339(Rfc3339(time)), time);
  EXPECT_TRUE(FromRfc3339("0000-01-01T00:00:00Z").has_value());
  EXPECT_TRUE(FromRfc3339("9999-12-31T23:59:59.999Z").has_value());
}

TEST(TimesTest, RefusesOthers) {
  for (const std::string text : {"",
                                 "2026-03-01",
                                 "2026-03-01T09:30:00",
                                 "2026-03-01 09:30:00Z",
                                 "infinite-future",
                                 "infinite-past",
                                 " 2026-03-01T09:30:00Z",
                                 "02026-03-01T09:30:00Z",
                                 "20260-3-01T09:30:00Z",
                                 "2026-3-001T09:30:00Z",
                                 "0000-01-01T00:00:00+01:00",
                                 "9999-12-31T23:59:59-01:00",
                                 "2026-13-01T09:30:00Z",
                                 "2026-03-01T09:30:00Zjunk",
                                 "1772357400250"}) {
    EXPECT_EQ(FromRfc3339(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace leadrelay::lead
