#include "common/http/message.h"

#include <gtest/gtest.h>

namespace leadrelay::http {
namespace {

TEST(HeadersTest, NamesCompareWithoutCaseAndKeepTheirSpelling) {
  Headers headers = {{"Content-Type", "text/plain"}, {"X-A", "1"}, {"x-a", "2"}};
  EXPECT_EQ(headers.Get("content-type"), "text/plain");
  EXPECT_EQ(headers.Get("X-a"), "1");
  EXPECT_EQ(headers.Get("absent"), "");
  EXPECT_EQ(headers.Find("absent"), nullptr);
  EXPECT_EQ(headers.begin()->first, "Content-Type");
}

TEST(HeadersTest, SetReplacesEveryFieldOfTheName) {
  Headers headers = {{"X-A", "1"}, {"B", "b"}, {"x-a", "2"}};
  headers.Set("X-a", "3");
  EXPECT_EQ(headers, (Headers{{"B", "b"}, {"X-a", "3"}}));
  headers.Remove("b");
  headers.Add("X-A", "4");
  EXPECT_EQ(headers, (Headers{{"X-a", "3"}, {"X-A", "4"}}));
}

TEST(ReasonPhraseTest, IsEmptyForWhatNobodyHasNamed) {
  EXPECT_EQ(ReasonPhrase(100), "Continue");
  EXPECT_EQ(ReasonPhrase(202), "Accepted");
  EXPECT_EQ(ReasonPhrase(422), "Unprocessable Content");
  EXPECT_EQ(ReasonPhrase(511), "Network Authentication Required");
  for (int status : {0, 99, 299, 418, 599, 1000}) EXPECT_EQ(ReasonPhrase(status), "") << status;
}

TEST(TargetTest, IsCutAtTheFirstQuestionMark) {
  struct Case {
    std::string_view target, path, query;
  };
  for (const Case& c : {Case{"/v1/leads?x=1", "/v1/leads", "x=1"},
                        Case{"/v1/leads", "/v1/leads", ""},
                        Case{"/?", "/", ""},
                        Case{"/a?b?c", "/a", "b?c"},
                        Case{"", "", ""}}) {
    EXPECT_EQ(PathOf(c.target), c.path) << c.target;
    EXPECT_EQ(QueryOf(c.target), c.query) << c.target;
  }
}

TEST(FormTest, DecodesWhatBrowsersAndHandsWrite) {
  struct Case {
    std::string_view encoded;
    Fields fields;
  };
  const std::vector<Case> cases = {
      {"", {}},
      {"&&", {}},
      {"a=1", {{"a", "1"}}},
      {"a=1&b=2&a=3", {{"a", "1"}, {"b", "2"}, {"a", "3"}}},
      {"a", {{"a", ""}}},
      {"a=", {{"a", ""}}},
      {"=a", {{"", "a"}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"first+name=Ana%20Mar%C3%ADa", {{"first name", "Ana Mar\u00eda"}}},
      {"plus=%2B&percent=%25", {{"plus", "+"}, {"percent", "%"}}},
      {"lower=%c3%ad", {{"lower", "\u00ed"}}},
      {"bad=%&worse=%4&worst=%zz", {{"bad", "%"}, {"worse", "%4"}, {"worst", "%zz"}}},
      {"nul=%00", {{"nul", std::string(1, '\0')}}},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseForm(c.encoded), c.fields) << c.encoded;
}

TEST(FormTest, EncodesSoThatParsingGivesTheSameBack) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte.push_back(static_cast<char>(i));
  const Fields fields = {{"a b", "1&2=3"}, {every_byte, every_byte}, {"", ""}, {"c", ""}};
  EXPECT_EQ(ParseForm(EncodeForm(fields)), fields);
  EXPECT_EQ(EncodeForm({{"e mail", "ana+1@example.com"}, {"~", ""}}),
            "e+mail=ana%2B1%40example.com&~=");
}

TEST(PercentTest, LeavesOnlyUnreservedCharactersBare) {
  EXPECT_EQ(PercentEncode("AZaz09-._~ +/?&\u00ed"), "AZaz09-._~%20%2B%2F%3F%26%C3%AD");
  EXPECT_EQ(PercentDecode("a+b%20c%2b"), "a+b c+");
  EXPECT_EQ(PercentDecode("100%"), "100%");
}

}  // namespace
}  // namespace leadrelay::http
