#include "common/text/clean.h"

#include <gtest/gtest.h>

namespace leadrelay::text {
namespace {

using namespace std::string_literals;

TEST(Text, Trim) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"Ada", "Ada"},
      {"  Ada \t\r\n", "Ada"},
      {"\u00A0Ada\u3000", "Ada"},
      {"\uFEFF\u200BAda\u200B", "Ada"},
      {"a b", "a b"},
      {" \u00A0 ", ""},
      {"\0Ada\0"s, "Ada"},
      {"à", "à"},  // Ends in the byte A0, which is no space by itself.
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Trim(text), expected) << text;
}

TEST(Text, CleanLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {" Ada \t King\n", "Ada King"},
      {"Ada\r\nBcc: x", "Ada Bcc: x"},
      {"A\0B"s, "A B"},
      {"Zoë \x7F Ö", "Zoë Ö"},
      {"Ada\u00A0\u3000King", "Ada King"},
      {"a\u200Db", "a\u200Db"},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(CleanLine(text), expected) << text;
}

TEST(Text, CleanText) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {" one\r\ntwo\rthree\nfour ", "one\ntwo\nthree\nfour"},
      {"tab\tstays", "tab\tstays"},
      {"bell\a and nul\0 go"s, "bell and nul go"},
      {"plain", "plain"},
      {"\r", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(CleanText(text), expected) << text;
}

TEST(Text, Case) {
  EXPECT_EQ(LowerAscii("ÄBC.Example"), "Äbc.example");
  EXPECT_EQ(UpperAscii("eur ß"), "EUR ß");
}

}  // namespace
}  // namespace leadrelay::text
