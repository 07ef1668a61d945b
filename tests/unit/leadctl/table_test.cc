#include "tools/leadctl/table.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

Table Sample() {
  Table table({{"NAME", false, true}, {"COUNT", true}});
  table.Add({"a-rather-long-name", "7"});
  table.Add({"b", "1,234"});
  return table;
}

TEST(TableTest, AsWideAsItWants) {
  EXPECT_EQ(Sample().ToText({}),
            "NAME                COUNT\n"
            "a-rather-long-name      7\n"
            "b                   1,234\n");
}

TEST(TableTest, GivesWay) {
  EXPECT_EQ(Sample().ToText({17, false}),
            "NAME        COUNT\n"
            "a-rather-…      7\n"
            "b           1,234\n");
}

TEST(TableTest, NotBeyondWhatCanBeRead) {
  EXPECT_EQ(Sample().ToText({3, false}),
            "NAME      COUNT\n"
            "a-rathe…      7\n"
            "b         1,234\n");
}

TEST(TableTest, CountsCharactersNotBytes) {
  Table table({{"A"}, {"B"}});
  table.Add({"äöü", "x"});
  EXPECT_EQ(table.ToText({}), "A    B\näöü  x\n");
}

TEST(TableTest, PaintsOnlyWhenAsked) {
  Table table({{"A"}});
  table.Add({Cell("x", Tone::kBad)});
  EXPECT_EQ(table.ToText({0, true}), "\033[2mA\033[0m\n\033[31mx\033[0m\n");
  EXPECT_EQ(table.ToText({0, false}), "A\nx\n");
}

TEST(TableTest, NobodySteersTheTerminal) {
  EXPECT_EQ(Printable("a\033[2Jb\nc\xC2\x9B"
                      "d\x7F"),
            "a [2Jb c d ");
  EXPECT_EQ(WithoutHighControls("a\x7f\xC2\x9B"
                                "2J\n\xC2\xA0\033"),
            "a  2J\n\xC2\xA0\033");
  EXPECT_EQ(Printable("Grüße"), "Grüße");
}

}  // namespace
}  // namespace leadrelay::leadctl
