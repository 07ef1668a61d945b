// The arithmetic of rate windows.

#include "services/delivery/throttle/windows.h"

#include <limits>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

namespace leadrelay::delivery {

void PrintTo(const LeaseTerms& terms, std::ostream* out) {
  *out << "life " << absl::FormatDuration(terms.life) << ", most " << terms.most
       << ", largest cost " << terms.largest_cost << (terms.counted ? "" : ", not counted")
       << (terms.one_call ? ", one call" : "");
}

namespace {

using config::RateWindow;

TEST(WindowsTest, MarginIsATenthOfASecondOrOnePerCentButFourPerCentAtMost) {
  struct Row {
    absl::Duration per;
    absl::Duration margin;
  };
  const std::vector<Row> rows = {
      {absl::Milliseconds(500), absl::Milliseconds(20)},
      {absl::Seconds(1), absl::Milliseconds(40)},
      {absl::Seconds(2), absl::Milliseconds(80)},
      {absl::Milliseconds(2500), absl::Milliseconds(100)},
      {absl::Seconds(10), absl::Milliseconds(100)},
      {absl::Minutes(1), absl::Milliseconds(600)},
      {absl::Hours(24), absl::Seconds(864)},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Margin(row.per), row.margin) << row.per;
    EXPECT_EQ(Span(row.per), row.per + row.margin) << row.per;
  }
}

// With a backlog that never ends, the grants of one moment come again one span later, late by what
// the wake-up takes, and by a slice when they have to be merged with their neighbours.
TEST(WindowsTest, LeavesNinetyFivePerCentOfTheRate) {
  const absl::Duration wake_up = absl::Milliseconds(2);
  for (absl::Duration per : {absl::Milliseconds(500),
                             absl::Seconds(1),
                             absl::Seconds(2),
                             absl::Seconds(10),
                             absl::Minutes(1),
                             absl::Hours(24)}) {
    EXPECT_GE(absl::FDivDuration(per, Span(per) + wake_up), 0.95) << per;
    EXPECT_LE(Slice(per), per / 100) << per;
  }
}

TEST(WindowsTest, OnlyWindowsUpToAMinuteStartUsedUp) {
  EXPECT_TRUE(StartsUsedUp(absl::Seconds(10)));
  EXPECT_TRUE(StartsUsedUp(absl::Minutes(1)));
  EXPECT_FALSE(StartsUsedUp(absl::Minutes(2)));
  EXPECT_FALSE(StartsUsedUp(absl::Hours(24)));
}

TEST(WindowsTest, LeaseTermsFollowTheNarrowestWindowThatCounts) {
  const RateWindow burst{"10s", 190, absl::Seconds(10), ""};
  const RateWindow day{"day", 625'000, absl::Hours(24), ""};
  const RateWindow small{"day", 15'000, absl::Hours(24), ""};
  const RateWindow search{"search", 5, absl::Seconds(1), "search"};
  const RateWindow fast{"fast", 2000, absl::Seconds(1), ""};
  const RateWindow calls{"2s", 2000, absl::Seconds(2), "", true};
  const absl::Duration whole = absl::Milliseconds(50);
  struct Row {
    const char* name;
    std::vector<RateWindow> windows;
    std::string scope;
    LeaseTerms terms;
  };
  const std::vector<Row> rows = {
      {"no window", {}, "", {absl::Milliseconds(100), 256, 256, false}},
      {"none for this scope", {search}, "", {absl::Milliseconds(100), 256, 256, false}},
      {"slow", {burst, day}, "", {whole, 1, 190, true}},
      {"a class of its own", {burst, day, search}, "search", {absl::Milliseconds(20), 1, 5, true}},
      {"others are not narrowed by it", {burst, day, search}, "", {whole, 1, 190, true}},
      {"fast", {fast}, "", {absl::Milliseconds(20), 100, 2000, true}},
      {"fast, within a large day", {fast, day}, "", {absl::Milliseconds(20), 100, 2000, true}},
      {"calls, whatever they cost",
       {calls, day},
       "",
       {absl::Milliseconds(40), 1, 625'000, true, true}},
      {"fast, within a small day", {fast, small}, "", {absl::Milliseconds(20), 15, 2000, true}},
  };
  for (const Row& row : rows) EXPECT_EQ(TermsFor(row.windows, row.scope), row.terms) << row.name;
}

}  // namespace
}  // namespace leadrelay::delivery
