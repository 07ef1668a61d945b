#include "services/delivery/map/text_cut.h"

#include <vector>

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

struct Case {
  std::string text;
  size_t most;
  std::string cut;
};

TEST(TextCut, CutsBetweenCharacters) {
  const std::string accents = "e" + [] {
    std::string marks;
    for (int i = 0; i < 50; ++i) marks += "\u0301";
    return marks;
  }();
  const std::vector<Case> cases = {
      {"", 1, ""},
      {"abc", 3, "abc"},
      {"abc", 4, "abc"},
      {"abc", 2, "ab"},
      {"äöü", 2, "äö"},
      {"東京都", 1, "東"},
      {"😀😀", 1, "😀"},
      {"ae\u0301", 2, "a"},                          // An accent goes with its letter,
      {"ae\u0301", 3, "ae\u0301"},                   //
      {"a👍🏽b", 2, "a"},                            // a skin tone with its thumb,
      {"a👍🏽b", 3, "a👍🏽"},                        //
      {"a👩\u200D💻", 2, "a"},                       // what is joined stays together,
      {"a👩\u200D💻", 3, "a"},                       //
      {"a❤\uFE0Fb", 2, "a"},                         //
      {"e\u0301", 1, "e"},                           // unless nothing would be left,
      {accents, 40, accents.substr(0, 1 + 39 * 2)},  // or too much be lost.
      {"a\xF0\x9F", 1, "a"},                         // Ill-formed text is cut as well.
      {"\x80\x80", 1, "\x80\x80"},
  };
  for (const Case& c : cases) {
    std::string text = c.text;
    EXPECT_EQ(CutTo(text, c.most), c.cut != c.text) << c.text << " to " << c.most;
    EXPECT_EQ(text, c.cut) << c.text << " to " << c.most;
  }
}

}  // namespace
}  // namespace leadrelay::delivery
