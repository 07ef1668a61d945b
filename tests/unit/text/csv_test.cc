#include "common/text/csv.h"

#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::text {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::vector<CsvRecord> records;
  char delimiter = ',';

  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

class CsvTest : public testing::TestWithParam<Case> {};

TEST_P(CsvTest, Reads) {
  CsvReader reader(GetParam().text, GetParam().delimiter);
  std::vector<CsvRecord> records;
  while (std::optional<CsvRecord> record = reader.Next()) records.push_back(*std::move(record));
  EXPECT_EQ(records.size(), GetParam().records.size());
  for (size_t i = 0; i < std::min(records.size(), GetParam().records.size()); ++i) {
    EXPECT_EQ(records[i], GetParam().records[i])
        << i << ": " << testing::PrintToString(records[i].cells) << " line " << records[i].line
        << " " << records[i].fault;
  }
  EXPECT_EQ(reader.offset(), GetParam().text.size());
}

INSTANTIATE_TEST_SUITE_P(
    Texts,
    CsvTest,
    testing::Values(
        Case{"Nothing", "", {}},
        Case{"OnlyAMark", "\xEF\xBB\xBF", {}},
        Case{"NoLastLineEnd", "a,b", {{1, {"a", "b"}, ""}}},
        Case{"MarkAndCrLf",
             "\xEF\xBB\xBF"
             "a,b\r\nc,d\r\n",
             {{1, {"a", "b"}, ""}, {2, {"c", "d"}, ""}}},
        Case{"BlankLines", "\n\r\na\n\n\nb\n", {{3, {"a"}, ""}, {6, {"b"}, ""}}},
        Case{"EmptyCells", ",\n\"\",x,\n", {{1, {"", ""}, ""}, {2, {"", "x", ""}, ""}}},
        Case{"EmptyLastCellAtTheEnd", "a,", {{1, {"a", ""}, ""}}},
        Case{"Quotes", "\"a,b\",\"say \"\"hi\"\"\"\n", {{1, {"a,b", "say \"hi\""}, ""}}},
        Case{"LineBreaksInQuotes",
             "\"a\r\nb\nc\",d\ne\n",
             {{1, {"a\r\nb\nc", "d"}, ""}, {4, {"e"}, ""}}},
        Case{"LoneCarriageReturn", "a\rb,c\n", {{1, {"a\rb", "c"}, ""}}},
        Case{"Semicolons", "a;b,c\n", {{1, {"a", "b,c"}, ""}}, ';'},
        Case{"QuoteNeverClosed",
             "x\n\"a\nb\n",
             {{1, {"x"}, ""}, {2, {"a\nb\n"}, "the quote opened in line 2 is never closed"}}},
        Case{"TextAfterQuote",
             "\"a\"b,c\nd\n",
             {{1, {"a", "c"}, "text after the closing quote of a cell"}, {2, {"d"}, ""}}},
        Case{"QuoteInside",
             "a\"b,c\nd\n",
             {{1, {"a\"b", "c"}, "a quote inside a cell that does not begin with one"},
              {2, {"d"}, ""}}}),
    [](const auto& tested) { return tested.param.name; });

TEST(CsvTest, GuessesTheDelimiter) {
  EXPECT_EQ(GuessDelimiter("email;name\na,b,c,d\n"), ';');
  EXPECT_EQ(GuessDelimiter("\"a;b;c\",d\n"), ',');
  EXPECT_EQ(GuessDelimiter("email\tname"), '\t');
  EXPECT_EQ(GuessDelimiter("email"), ',');
}

TEST(CsvCellTest, IsReadBackAsItWas) {
  struct Case {
    const char* text;
    const char* cell;
  };
  for (const Case& each : {Case{"", ""},
                           Case{"plain", "plain"},
                           Case{" around ", " around "},
                           Case{"a;b\tc'd", "a;b\tc'd"},
                           Case{"a,b", "\"a,b\""},
                           Case{"say \"hi\"", "\"say \"\"hi\"\"\""},
                           Case{"\"", "\"\"\"\""},
                           Case{"a\r\nb", "\"a\r\nb\""},
                           Case{"a\rb", "\"a\rb\""},
                           Case{"\n", "\"\n\""},
                           Case{"\xC3\xA4\xE2\x82\xAC", "\xC3\xA4\xE2\x82\xAC"}}) {
    EXPECT_EQ(CsvCell(each.text), each.cell);
    const std::string record = CsvCell(each.text) + ",end\n";
    EXPECT_EQ(CsvReader(record).Next()->cells, (std::vector<std::string>{each.text, "end"}));
  }
}

}  // namespace
}  // namespace leadrelay::text
