// What Document::Parse takes and refuses, hostile input included.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/json/json.h"
#include "common/status/abseil.h"

namespace leadrelay::json {
namespace {

std::string Repeat(std::string_view text, size_t times) {
  std::string repeated;
  for (size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// An empty string when the text is taken, the message when it is refused.
std::string Refusal(std::string_view text, ParseLimits limits = {}) {
  const absl::StatusOr<Document> document = Document::Parse(text, limits);
  if (document.ok()) return "";
  EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(ToStd(document.status().message()));
}

TEST(ParseTest, TakesEveryKindOfValueAndKeepsTheOrder) {
  for (const std::string text : {"null",
                                 "true",
                                 "false",
                                 "0",
                                 "-1",
                                 "1.5",
                                 "\"\"",
                                 "\"text\"",
                                 "[]",
                                 "{}",
                                 "[[],{}]",
                                 "{\"b\":1,\"a\":[true,null,\"x\"],\"\":{}}",
                                 "9223372036854775807",
                                 "-9223372036854775808",
                                 "18446744073709551615",
                                 "\"\\u0000\\u001F\\\"\\\\/\"",
                                 "[1e-7,5e-324,1.7976931348623157e308]"}) {
    const absl::StatusOr<Document> document = Document::Parse(text);
    ASSERT_TRUE(document.ok()) << text << ": " << document.status();
    EXPECT_EQ(document->root().ToJson(), text);
  }
}

TEST(ParseTest, SkipsWhiteSpaceAndAByteOrderMark) {
  const absl::StatusOr<Document> document = Document::Parse("\xEF\xBB\xBF \t\r\n[ 1 , 2 ] \n");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->root().ToJson(), "[1,2]");
}

TEST(ParseTest, RefusesWhatIsNotJsonAndSaysWhere) {
  struct Case {
    std::string text;
    std::string refusal;
  };
  const std::string nul(1, '\0');
  const std::vector<Case> cases = {
      {"", "not valid JSON at byte 0: the document is empty"},
      {"\xEF\xBB\xBF", "not valid JSON at byte 3: the document is empty"},
      {"  ", "not valid JSON at byte 2: The document is empty"},
      {"{\"a\":1,}", "not valid JSON at byte 7: Missing a name for object member"},
      {"[1,]", "not valid JSON at byte 3: Invalid value"},
      {"[1 2]", "not valid JSON at byte 3: Missing a comma or ']' after an array element"},
      {"{\"a\" 1}", "not valid JSON at byte 5: Missing a colon after a name of object member"},
      {"{a:1}", "not valid JSON at byte 1: Missing a name for object member"},
      {"{} {}", "not valid JSON at byte 3: The document root must not be followed by other values"},
      {"{}" + nul, "not valid JSON at byte 2: bytes after the document's end"},
      {"{}" + nul + "{\"email\":\"a\"}",
       "not valid JSON at byte 2: bytes after the document's end"},
      {"[1" + nul + "]", "not valid JSON at byte 2: Missing a comma or ']' after an array element"},
      {"\"a" + nul + "b\"", "not valid JSON at byte 2: Missing a closing quotation mark in string"},
      {"\"a", "not valid JSON at byte 2: Missing a closing quotation mark in string"},
      {"\"\n\"", "not valid JSON at byte 1: Invalid escape character in string"},
      {"// a comment\n1", "not valid JSON at byte 0: Invalid value"},
      {"NaN", "not valid JSON at byte 0: Invalid value"},
      {"[Infinity]", "not valid JSON at byte 1: Invalid value"},
      {"-Infinity", "not valid JSON at byte 1: Invalid value"},
      {"01", "not valid JSON at byte 1: The document root must not be followed by other values"},
      {"+1", "not valid JSON at byte 0: Invalid value"},
      {"1.", "not valid JSON at byte 2: Miss fraction part in number"},
      {"'a'", "not valid JSON at byte 0: Invalid value"},
      {"nul", "not valid JSON at byte 3: Invalid value"},
  };
  for (const Case& c : cases) EXPECT_EQ(Refusal(c.text), c.refusal) << c.text;
}

// At every place of a text that is longer than any register.
TEST(ParseTest, RefusesControlCharactersInTexts) {
  for (char control = 0; control < 0x20; ++control) {
    for (size_t at = 0; at < 70; ++at) {
      std::string text(70, 'x');
      text[at] = control;
      EXPECT_FALSE(Document::Parse("\"" + text + "\"").ok()) << int{control} << " at " << at;
    }
  }
}

TEST(ParseTest, RefusesWhatIsNotUtf8) {
  for (const std::string bytes : {"\xFF",
                                  "\xC3",
                                  "\xC3(",
                                  "\xC0\xAF",
                                  "\xE0\x80\xAF",
                                  "\xED\xA0\x80",
                                  "\xED\xBF\xBF",
                                  "\xF0\x80\x80\xAF",
                                  "\xF4\x90\x80\x80",
                                  "\xF8\x88\x80\x80\x80",
                                  "caf\xE9"}) {
    EXPECT_NE(Refusal("\"" + bytes + "\""), "") << bytes;
    EXPECT_NE(Refusal("{\"" + bytes + "\":1}"), "") << bytes;
  }
}

TEST(ParseTest, RefusesSurrogatesWithoutPartners) {
  for (const std::string escape :
       {"\\uD800", "\\uD800\\u0041", "\\uDC00", "x\\uDFFFy", "\\uDC00\\uD800"}) {
    EXPECT_NE(Refusal("\"" + escape + "\""), "") << escape;
    EXPECT_NE(Refusal("{\"" + escape + "\":1}"), "") << escape;
  }
  const absl::StatusOr<Document> pair = Document::Parse("\"\\uD83D\\uDE00\"");
  ASSERT_TRUE(pair.ok());
  EXPECT_EQ(pair->root().AsString(), "\xF0\x9F\x98\x80");
}

TEST(ParseTest, RefusesAKeyThatAnObjectHasTwice) {
  const auto twice = [](size_t offset) {
    return "not valid JSON at byte " + std::to_string(offset) +
           ": an object has the same key twice";
  };
  EXPECT_EQ(Refusal(R"({"a":1,"a":1})"), twice(10));
  EXPECT_EQ(Refusal(R"({"a":1,"\u0061":2})"), twice(15)) << "escaped, and the same";
  EXPECT_EQ(Refusal(R"([{"x":{"b":1,"c":2,"b":3}}])"), twice(22)) << "inside";
  EXPECT_EQ(Refusal(R"({"":1,"":1})"), twice(8));
  EXPECT_EQ(Refusal(R"({"a":{"b":1},"b":{"a":1},"A":1})"), "") << "apart";
  EXPECT_EQ(Refusal(R"([{"a":1},{"a":1}])"), "") << "in two objects";
  EXPECT_EQ(Refusal(R"({"a\u0000":1,"a":1})"), "") << "a NUL is a character";
}

TEST(ParseTest, FindsARepeatedKeyAmongManyInAboutLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"key" + std::to_string(i) + "\":0,";
  EXPECT_EQ(Refusal(text + "\"last\":0}"), "");
  EXPECT_NE(Refusal(text + "\"key0\":0}"), "");
  EXPECT_NE(Refusal(text + "\"key199999\":0}"), "");
}

TEST(ParseTest, StopsAtTheDepthThatIsAllowed) {
  const auto arrays = [](size_t depth) { return Repeat("[", depth) + Repeat("]", depth); };
  const auto objects = [](size_t depth) {
    return Repeat("{\"a\":", depth) + "1" + Repeat("}", depth);
  };
  EXPECT_EQ(Refusal(arrays(64)), "");
  EXPECT_EQ(Refusal(arrays(65)), "not valid JSON at byte 64: nested too deeply");
  EXPECT_EQ(Refusal(objects(64)), "");
  EXPECT_EQ(Refusal(objects(65)), "not valid JSON at byte 320: nested too deeply");
  EXPECT_EQ(Refusal("[1]", {.max_depth = 0}), "not valid JSON at byte 0: nested too deeply");
  EXPECT_EQ(Refusal("1", {.max_depth = 0}), "");
  EXPECT_EQ(Refusal("[" + Repeat("[],", 1000) + "[]]", {.max_depth = 2}), "")
      << "depth, not number";
  EXPECT_EQ(Refusal(arrays(512), {.max_depth = 1'000'000}), "");
  EXPECT_NE(Refusal(arrays(513), {.max_depth = 1'000'000}), "");
}

TEST(ParseTest, SurvivesEndlessNesting) {
  for (const std::string opening : {"[", "{\"a\":", "[{\"a\":["}) {
    EXPECT_NE(Refusal(Repeat(opening, 400'000)), "") << opening;
    EXPECT_NE(Refusal(Repeat(opening, 400'000), {.max_depth = 10'000'000}), "") << opening;
  }
}

TEST(ParseTest, KeepsNumbersExactly) {
  struct Case {
    std::string text;
    std::optional<int64_t> integer;
    double number;
  };
  const std::vector<Case> cases = {
      {"0", 0, 0.0},
      {"-0", 0, 0.0},
      {"9223372036854775807", std::numeric_limits<int64_t>::max(), 9223372036854775807.0},
      {"-9223372036854775808", std::numeric_limits<int64_t>::min(), -9223372036854775808.0},
      {"9223372036854775808", std::nullopt, 9223372036854775808.0},
      {"18446744073709551615", std::nullopt, 18446744073709551615.0},
      {"123456789012345678901234567890", std::nullopt, 123456789012345678901234567890.0},
      {"1.0", std::nullopt, 1.0},
      {"1e2", std::nullopt, 100.0},
      // Doubles that a parser without full precision gets wrong.
      {"0.1", std::nullopt, 0.1},
      {"6.0221409e23", std::nullopt, 6.0221409e23},
      {"1.7976931348623157e308", std::nullopt, 1.7976931348623157e308},
      {"2.2250738585072011e-308", std::nullopt, 2.2250738585072011e-308},
      {"9007199254740993.0", std::nullopt, 9007199254740992.0},
      {"1e-400", std::nullopt, 0.0},
      {"0." + Repeat("0", 5000) + "1", std::nullopt, 0.0},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Document> document = Document::Parse(c.text);
    ASSERT_TRUE(document.ok()) << c.text << ": " << document.status();
    EXPECT_EQ(document->root().AsInt64(), c.integer) << c.text;
    EXPECT_EQ(document->root().AsDouble(), c.number) << c.text;
  }
}

TEST(ParseTest, RefusesNumbersBeyondDouble) {
  for (const std::string& text : std::vector<std::string>{"1e309",
                                                          "-1e309",
                                                          "1.8e308",
                                                          "1e99999999999999999999",
                                                          "1" + Repeat("0", 400),
                                                          "-1" + Repeat("0", 400)}) {
    EXPECT_NE(Refusal(text), "") << text;
  }
}

TEST(ParseTest, TakesLongDigitStringsInReasonableTime) {
  EXPECT_EQ(Refusal("0." + Repeat("9", 1'000'000)), "");
  EXPECT_EQ(Refusal("1e-" + Repeat("9", 1'000'000)), "");
  EXPECT_NE(Refusal(Repeat("9", 1'000'000)), "");
}

TEST(DocumentTest, OutlivesItsTextAndItsCopies) {
  std::string text = R"({"a":"a text that is too long to be stored in place"})";
  Document copy;
  {
    Document document = Document::Parse(text).value();
    copy = document;
  }
  text.assign(text.size(), 'x');
  EXPECT_EQ(copy.root().Find("a").AsString(), "a text that is too long to be stored in place");
  EXPECT_TRUE(Document().root().IsNull());
}

}  // namespace
}  // namespace leadrelay::json
