// UTF-8, at the borders of table 3-7 of the Unicode standard.

#include "common/json/utf8.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace leadrelay::json {
namespace {

TEST(Utf8Test, KnowsTheBordersOfEveryRange) {
  const std::vector<std::string> good = {"",
                                         "\x7F",
                                         "\xC2\x80",
                                         "\xDF\xBF",
                                         "\xE0\xA0\x80",
                                         "\xEC\xBF\xBF",
                                         "\xED\x80\x80",
                                         "\xED\x9F\xBF",
                                         "\xEE\x80\x80",
                                         "\xEF\xBF\xBF",
                                         "\xF0\x90\x80\x80",
                                         "\xF3\xBF\xBF\xBF",
                                         "\xF4\x8F\xBF\xBF",
                                         std::string("a\0b", 3)};
  const std::vector<std::string> bad = {"\x80",
                                        "\xBF",
                                        "\xC0\x80",
                                        "\xC1\xBF",
                                        "\xC2",
                                        "\xC2\x7F",
                                        "\xC2\xC0",
                                        "\xE0\x9F\xBF",
                                        "\xE1\x80",
                                        "\xED\xA0\x80",
                                        "\xED\xBF\xBF",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF0\x90\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xFE",
                                        "\xFF",
                                        "ok\xE2\x82"};
  for (const std::string& text : good) EXPECT_TRUE(IsUtf8(text)) << testing::PrintToString(text);
  for (const std::string& text : bad) {
    EXPECT_FALSE(IsUtf8(text)) << testing::PrintToString(text);
    EXPECT_TRUE(IsUtf8(RepairUtf8(text))) << testing::PrintToString(text);
  }
}

TEST(Utf8Test, RepairsOnlyWhatIsBroken) {
  EXPECT_EQ(RepairUtf8("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(RepairUtf8("\xE2\x82z"), "\xEF\xBF\xBDz");
  EXPECT_EQ(RepairUtf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8Test, CountsCodePoints) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("ab"), 2u);
  EXPECT_EQ(CountCodePoints("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 3u);
}

}  // namespace
}  // namespace leadrelay::json
