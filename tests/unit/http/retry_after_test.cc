#include <gtest/gtest.h>

#include "common/http/message.h"

namespace leadrelay::http {
namespace {

// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples.
constexpr int64_t kExample = 784111777;
constexpr int64_t k2026 = 1790000000;  // Mon, 21 Sep 2026 14:13:20 GMT

double At(const std::string& value, int64_t now = kExample - 100) {
  return RetryAfterSeconds(Headers{{"retry-after", value}}, now);
}

TEST(RetryAfterTest, ReadsSeconds) {
  struct Case {
    std::string value;
    double seconds;
  };
  const std::vector<Case> cases = {
      {"0", 0},
      {"120", 120},
      {"  120\t", 120},
      {"1.5", 1.5},
      {"99999999999999999999", 2147483648.0},
      {std::string(400, '9'), 2147483648.0},
      {"-1", -1},
      {"+1", -1},
      {"1e3", -1},
      {"0x10", -1},
      {"12s", -1},
      {"1 2", -1},
      {"", -1},
      {"soon", -1},
      {"nan", -1},
      {"inf", -1},
  };
  for (const Case& c : cases) EXPECT_EQ(At(c.value), c.seconds) << "'" << c.value << "'";
}

TEST(RetryAfterTest, IsMinusOneWithoutTheField) {
  EXPECT_EQ(RetryAfterSeconds(Headers{{"X-Retry-After", "5"}}, 0), -1);
}

TEST(RetryAfterTest, ReadsAllThreeDateFormats) {
  for (const char* date : {"Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(At(date), 100) << date;
    EXPECT_EQ(At(date, kExample), 0) << date;
    EXPECT_EQ(At(date, kExample + 1000), 0) << "the past is now: " << date;
  }
  EXPECT_EQ(At("Sun Nov 16 08:49:37 1994"), 100 + 10 * 86400);
  EXPECT_EQ(At("Fri, 31 Dec 9999 23:59:59 GMT"), 2147483648.0);
  EXPECT_EQ(At("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800 - 5), 5);
  EXPECT_EQ(At("Sat, 31 Dec 2016 23:59:60 GMT", 1483228800 - 5), 5) << "a leap second";
}

TEST(RetryAfterTest, PutsATwoDigitYearIntoTheCenturyThatIsNear) {
  EXPECT_EQ(At("Monday, 21-Sep-26 14:14:20 GMT", k2026), 60);
  EXPECT_GT(At("Monday, 21-Sep-76 14:14:20 GMT", k2026), 49 * 365 * 86400.0) << "50 years ahead";
  EXPECT_EQ(At("Monday, 21-Sep-77 14:14:20 GMT", k2026), 0) << "51 years ahead: 1977";
}

TEST(RetryAfterTest, RefusesWhatIsNoDate) {
  for (const char* date : {"Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 31 Feb 2026 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Xyz, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT and more",
                           "Sun Nov 6 08:49:37 1994",
                           "1994-11-06T08:49:37Z"}) {
    EXPECT_EQ(At(date), -1) << date;
  }
}

}  // namespace
}  // namespace leadrelay::http
