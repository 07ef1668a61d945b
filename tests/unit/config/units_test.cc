#include "common/config/units.h"

namespace leadrelay::config {
namespace {

TEST(ParseDuration, ReadsWholeNumbersWithUnits) {
  const std::vector<std::pair<std::string, absl::Duration>> cases = {
      {"250ms", absl::Milliseconds(250)},
      {"0s", absl::ZeroDuration()},
      {"10s", absl::Seconds(10)},
      {"5m", absl::Minutes(5)},
      {"1h30m", absl::Minutes(90)},
      {"75h", absl::Hours(75)},
      {"2d", absl::Hours(48)},
      {"1d2h3m4s5ms", absl::Milliseconds(93'784'005)},
      {"1000000000d", absl::Hours(24) * 1'000'000'000},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(ParseDuration(text), expected) << text;
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"",
                           "10",
                           "s",
                           "10 s",
                           "-10s",
                           "+10s",
                           "1.5h",
                           "10sec",
                           "10S",
                           "30m1h",
                           "1s1s",
                           "1s1",
                           "1e3s",
                           "10s ",
                           " 10s",
                           "0x10s",
                           "inf",
                           "10us",
                           "1w",
                           "1m2",
                           "s10",
                           "1000000001ms",
                           "99999999999999999999s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(DurationToText, IsReadBackAsTheSame) {
  const std::vector<std::pair<absl::Duration, std::string>> cases = {
      {absl::ZeroDuration(), "0s"},
      {absl::Milliseconds(1), "1ms"},
      {absl::Seconds(90), "1m30s"},
      {absl::Hours(75), "3d3h"},
      {absl::Minutes(90), "1h30m"},
  };
  for (const auto& [duration, expected] : cases) {
    EXPECT_EQ(DurationToText(duration), expected);
    EXPECT_EQ(ParseDuration(expected), duration);
  }
}

TEST(ParseBytes, ReadsBinaryUnits) {
  const std::vector<std::pair<std::string, int64_t>> cases = {
      {"0", 0}, {"512", 512}, {"64KiB", 65536}, {"5MiB", 5 << 20}, {"2GiB", int64_t{2} << 30}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(ParseBytes(text), expected) << text;
}

TEST(ParseBytes, RefusesEverythingElse) {
  for (const char* text : {"", "KiB", "5MB", "5M", "5 MiB", "-1", "1.5MiB", "5mib", "1000000001"}) {
    EXPECT_EQ(ParseBytes(text), std::nullopt) << text;
  }
}

TEST(BytesToText, UsesTheLargestWholeUnit) {
  const std::vector<std::pair<int64_t, std::string>> cases = {
      {0, "0"}, {1, "1"}, {1023, "1023"}, {1024, "1KiB"}, {1536, "1536"}, {5 << 20, "5MiB"}};
  for (const auto& [bytes, expected] : cases) EXPECT_EQ(BytesToText(bytes), expected);
}

}  // namespace
}  // namespace leadrelay::config
