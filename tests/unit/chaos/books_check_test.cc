#include "tests/chaos/books_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::chaos {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr BooksRow kRow = {.accepted = 100,
                           .in_flight = 30,
                           .delivered = 60,
                           .suppressed = 5,
                           .dead = 4,
                           .discarded = 2,
                           .difference = 1};
constexpr Witnesses kWitnesses = {.sent = 101, .at_crm = 60};

BooksRow With(void (*change)(BooksRow&)) {
  BooksRow row = kRow;
  change(row);
  return row;
}

TEST(BooksCheckTest, FindsNothingInWhatCanBe) {
  struct Case {
    const char* name;
    BooksRow before;
    BooksRow now;
    Witnesses witnesses;
  };
  const Case cases[] = {
      {"nothing yet", {}, {}, {}},
      {"on its way", {}, kRow, kWitnesses},
      {"the same again", kRow, kRow, kWitnesses},
      {"behind publisher and CRM", kRow, kRow, {.sent = 500, .at_crm = 90}},
      {"a replay takes a death back",
       kRow,
       With([](BooksRow& row) {
         --row.dead;
         ++row.in_flight;
       }),
       kWitnesses},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(ImpossibleIn(each.before, each.now, each.witnesses), IsEmpty()) << each.name;
  }
}

TEST(BooksCheckTest, SaysWhatCannotBe) {
  struct Case {
    BooksRow before;
    BooksRow now;
    Witnesses witnesses;
    const char* finding;
  };
  const Case cases[] = {
      {{},
       With([](BooksRow& row) {
         row.in_flight = -1;
         row.dead += 31;
       }),
       kWitnesses,
       "a count is negative: -1, 0"},
      {{},
       With([](BooksRow& row) { --row.in_flight; }),
       kWitnesses,
       "accepted and the difference are not the sum of the states: 101, 100"},
      {With([](BooksRow& row) { ++row.accepted; }),
       kRow,
       kWitnesses,
       "accepted has become less: 100, 101"},
      {With([](BooksRow& row) { ++row.delivered; }),
       kRow,
       kWitnesses,
       "delivered has become less: 60, 61"},
      {{},
       kRow,
       {.sent = 100, .at_crm = 60},
       "the books know more deliveries than leads were sent: 101, 100"},
      {{}, kRow, {.sent = 101, .at_crm = 59}, "more are delivered than the CRM has: 60, 59"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(ImpossibleIn(each.before, each.now, each.witnesses), ElementsAre(each.finding));
  }
}

TEST(BooksCheckTest, ReadsTheOperatorsApi) {
  const auto books = json::Document::Parse(
      R"({"destination":"orders","accepted":100,"in_flight":30,"retrying":3,"delivered":60,)"
      R"("suppressed":5,"dead":4,"discarded":2,"difference":1})");
  ASSERT_TRUE(books.ok());
  EXPECT_EQ(ReadBooksRow(books->root()), kRow);
}

}  // namespace
}  // namespace leadrelay::chaos
