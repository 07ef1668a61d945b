#include "services/delivery/map/letter_case.h"

#include <vector>

#include <gtest/gtest.h>

#include "common/json/utf8.h"

namespace leadrelay::delivery {
namespace {

TEST(LetterCase, PairsOfTheAlphabets) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"ANN LEE-42", "ann lee-42"},
      {"MÜLLER", "müller"},
      {"ÀÖØÞ", "àöøþ"},
      {"ĀĮŁŊŹŽŸ", "āįłŋźžÿ"},
      {"ΆΈΉΊΌΎΏ ΑΩΣΫ", "άέήίόύώ αωσϋ"},
      {"ЀЏ АЯ Ґ Ӂ Ӹ", "ѐџ ая ґ ӂ ӹ"},
      {"ԱՖ", "աֆ"},
  };
  for (const auto& [upper, lower] : cases) {
    EXPECT_EQ(ToLower(upper), lower);
    EXPECT_EQ(ToUpper(lower), upper);
    EXPECT_EQ(ToLower(lower), lower);
    EXPECT_EQ(ToUpper(upper), upper);
  }
}

TEST(LetterCase, TwoSmallLettersForOneCapital) {
  EXPECT_EQ(ToUpper("ς"), "Σ");
}

TEST(LetterCase, LeavesWhatHasNoPair) {
  for (const char* text : {"straße×÷", "İı", "東京", "😀", "\xC2\xA0", "ŉĸ"}) {
    EXPECT_EQ(ToLower(text), text);
  }
  EXPECT_EQ(ToUpper("ß×÷İı東京😀ŉĸ"), "ß×÷İı東京😀ŉĸ");
}

// Of every character that has two bytes: what comes out is one, and coming out again it is the
// same.
TEST(LetterCase, IsSettledAfterOnce) {
  for (uint32_t letter = 0x80; letter < 0x800; ++letter) {
    const std::string text = {static_cast<char>(0xC0U | (letter >> 6)),
                              static_cast<char>(0x80U | (letter & 0x3FU))};
    for (const auto change : {ToLower, ToUpper}) {
      const std::string once = change(text);
      EXPECT_TRUE(json::IsUtf8(once)) << letter;
      EXPECT_EQ(once.size(), 2U) << letter;
      EXPECT_EQ(change(once), once) << letter;
    }
  }
}

}  // namespace
}  // namespace leadrelay::delivery
