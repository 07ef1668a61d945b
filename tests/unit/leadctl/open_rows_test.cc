#include "tools/leadctl/open_rows.h"

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace leadrelay::leadctl {

void PrintTo(const RowCounts& counts, std::ostream* to) {
  *to << counts.accepted << " accepted, " << counts.replayed << " replayed, " << counts.rejected
      << " rejected\n"
      << counts.rejected_lines;
}

void PrintTo(const OpenRows::Step& step, std::ostream* to) {
  *to << static_cast<int>(step.next) << (step.settled ? " settled" : "");
}

namespace {

using Next = OpenRows::Next;

Row RowOf(int64_t number) {
  Row row;
  row.number = number;
  row.line = number + 1;
  row.key = absl::StrCat("k", number);
  row.item = absl::StrCat("item ", number);
  return row;
}

std::vector<Row> RowsUpTo(int64_t count) {
  std::vector<Row> rows;
  for (int64_t number = 1; number <= count; ++number) rows.push_back(RowOf(number));
  return rows;
}

http::Response Answer(int status, std::string body = "") {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

struct StepCase {
  std::string name;
  http::Response answer;
  OpenRows::Step step;
  std::string body;  // Of the next request.
  RowCounts counts = {};
  friend void PrintTo(const StepCase& c, std::ostream* to) { *to << c.name; }
};

class OpenRowsTest : public testing::TestWithParam<StepCase> {};

TEST_P(OpenRowsTest, TakesTheAnswerToThreeRows) {
  const StepCase& c = GetParam();
  OpenRows rows(RowsUpTo(3));
  EXPECT_EQ(rows.Take(c.answer), c.step);
  EXPECT_EQ(rows.Body(), c.body);
  EXPECT_EQ(rows.counts, c.counts);
  EXPECT_EQ(rows.empty(), c.body.empty());
}

const std::string kAll = "item 1\nitem 2\nitem 3\n";

INSTANTIATE_TEST_SUITE_P(
    Answers,
    OpenRowsTest,
    testing::Values(
        StepCase{"all accepted, one of them before",
                 Answer(200,
                        R"({"items":[{"status":202},{"status":202,"replayed":true},
                                     {"status":202,"replayed":false}]})"),
                 {Next::kSend, true},
                 "",
                 {3, 1, 0, ""}},
        StepCase{"one rejected with its errors",
                 Answer(200,
                        R"({"items":[{"status":202},
                                {"status":422,"problem":{"title":"Not valid","errors":[{"a":1}]}},
                                {"status":202}]})"),
                 {Next::kSend, true},
                 "",
                 {2,
                  0,
                  1,
                  R"({"row":2,"line":3,"idempotency_key":"k2","status":422,"title":"Not valid",)"
                  R"("errors":[{"a":1}]})"
                  "\n"}},
        StepCase{"one is being worked on elsewhere, one hit the limit",
                 Answer(200, R"({"items":[{"status":409},{"status":202},{"status":429}]})"),
                 {Next::kWait, true},
                 "item 1\nitem 3\n",
                 {1, 0, 0, ""}},
        StepCase{"none is taken now",
                 Answer(200, R"({"items":[{"status":503},{"status":503},{"status":503}]})"),
                 {Next::kWait, false},
                 kAll},
        StepCase{"an item without a status is asked again",
                 Answer(200, R"({"items":[{},{"status":202},{"status":202}]})"),
                 {Next::kWait, true},
                 "item 1\n",
                 {2, 0, 0, ""}},
        StepCase{"too few items",
                 Answer(200, R"({"items":[{"status":202}]})"),
                 {Next::kNotIngest, false},
                 kAll},
        StepCase{"not JSON", Answer(200, "<html>"), {Next::kNotIngest, false}, kAll},
        StepCase{"too large: fewer at once", Answer(413), {Next::kSend, false}, "item 1\nitem 2\n"},
        StepCase{"the server is busy", Answer(503), {Next::kWait, false}, kAll},
        StepCase{"the rate is used up", Answer(429), {Next::kWait, false}, kAll},
        StepCase{"the key is not known", Answer(401), {Next::kRefused, false}, kAll},
        StepCase{"the path is not known", Answer(404), {Next::kRefused, false}, kAll}));

TEST(OpenRowsTest, ALeadThatIsTooLargeByItselfIsRejectedAndTheOthersGoOn) {
  OpenRows rows(RowsUpTo(3));
  EXPECT_EQ(rows.Take(Answer(413)), (OpenRows::Step{Next::kSend, false}));
  EXPECT_EQ(rows.Body(), "item 1\nitem 2\n");
  EXPECT_EQ(rows.Take(Answer(413)), (OpenRows::Step{Next::kSend, false}));
  EXPECT_EQ(rows.Body(), "item 1\n");
  EXPECT_EQ(rows.Take(Answer(413, R"({"title":"Too large"})")),
            (OpenRows::Step{Next::kSend, true}));
  EXPECT_EQ(rows.Body(), "item 2\n");
  EXPECT_EQ(
      rows.counts,
      (RowCounts{0,
                 0,
                 1,
                 R"({"row":1,"line":2,"idempotency_key":"k1","status":413,"title":"Too large"})"
                 "\n"}));
}

TEST(OpenRowsTest, ARowThatCannotBeReadIsRejectedWithoutAsking) {
  std::vector<Row> input = RowsUpTo(2);
  input[0].fault = "two columns too few";
  input[0].line = 0;
  OpenRows rows(input);
  EXPECT_EQ(rows.Body(), "item 2\n");
  EXPECT_EQ(rows.counts,
            (RowCounts{0,
                       0,
                       1,
                       R"({"row":1,"idempotency_key":"k1","status":0,)"
                       R"("title":"The row cannot be read","detail":"two columns too few"})"
                       "\n"}));
}

TEST(OpenRowsTest, NoRowsAreNothingToDo) {
  EXPECT_TRUE(OpenRows({}).empty());
}

}  // namespace
}  // namespace leadrelay::leadctl
