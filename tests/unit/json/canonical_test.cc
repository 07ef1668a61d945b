// Equality, and the canonical form that has to agree with it.

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/json/json.h"

namespace leadrelay::json {
namespace {

Document Parse(std::string_view text) {
  absl::StatusOr<Document> document = Document::Parse(text);
  EXPECT_TRUE(document.ok()) << text << ": " << document.status();
  return document.ok() ? *document : Document();
}

TEST(CanonicalTest, SortsKeysAtEveryLevelAndWritesNumbersOneWay) {
  struct Case {
    std::string text;
    std::string canonical;
  };
  const std::vector<Case> cases = {
      {"null", "null"},
      {R"({"b":1,"a":{"d":[{"y":0,"x":0}],"c":2}})", R"({"a":{"c":2,"d":[{"x":0,"y":0}]},"b":1})"},
      {R"({"\u00e9":1,"z":2,"Z":3,"":4,"zz":5})",
       "{\"\":4,\"Z\":3,\"z\":2,\"zz\":5,\"\xC3\xA9\":1}"},
      {"[3,1,2]", "[3,1,2]"},
      {"[1.0,1e0,10E-1,-0,-0.0,0.0]", "[1,1,1,0,0,0]"},
      {"[-3.0,1e3,0.50,1e-7]", "[-3,1000,0.5,1e-7]"},
      {"[18446744073709551615,-9223372036854775808]",
       "[18446744073709551615,-9223372036854775808]"},
      {"1e20", "100000000000000000000.0"},
      {"100000000000000000000", "100000000000000000000.0"},
      {R"("\u0041\/\n")", R"("A/\n")"},
  };
  for (const Case& c : cases) EXPECT_EQ(Parse(c.text).root().Canonical(), c.canonical) << c.text;
}

TEST(CanonicalTest, EqualValuesHaveEqualBytesAndOthersHaveNot) {
  const std::vector<std::vector<std::string>> classes = {
      {"null"},
      {"true"},
      {"false"},
      {"0", "-0", "0.0", "0e5"},
      {"1", "1.0", "1e0"},
      {"9007199254740992", "9007199254740992.0"},
      {"9007199254740993"},
      {"9223372036854775807"},
      {"9223372036854775808", "9223372036854775808.0"},
      {"-9223372036854775808", "-9223372036854775808.0"},
      {"18446744073709551615"},
      {"18446744073709551616.0", "18446744073709551616"},
      {"0.1", "1e-1", "0.10"},
      {"\"1\"", R"("\u0031")"},
      {"\"\""},
      {"[]"},
      {"{}"},
      {"[null]"},
      {R"({"a":null})"},
      {"[1,2]", "[1.0,2]"},
      {"[2,1]"},
      {R"({"a":1,"b":[{"c":1,"d":2}]})", R"({"b":[{"d":2,"c":1.0}],"a":1})"},
      {R"({"a":1,"b":[{"c":1,"d":3}]})"},
      {R"({"a":1})"},
      {R"({"b":1})"},
  };
  struct Entry {
    size_t class_index;
    std::string text;
    Document document;
  };
  std::vector<Entry> entries;
  for (size_t i = 0; i < classes.size(); ++i) {
    for (const std::string& text : classes[i]) entries.push_back({i, text, Parse(text)});
  }
  for (const Entry& a : entries) {
    for (const Entry& b : entries) {
      const bool same = a.class_index == b.class_index;
      EXPECT_EQ(a.document.root() == b.document.root(), same) << a.text << " and " << b.text;
      EXPECT_EQ(a.document.root().Canonical() == b.document.root().Canonical(), same)
          << a.text << " and " << b.text;
    }
  }
}

TEST(CanonicalTest, AMissingValueEqualsOnlyAnother) {
  const Document document = Parse("{}");
  EXPECT_TRUE(Value() == document.root().Find("a"));
  EXPECT_FALSE(Value() == Document().root());
  EXPECT_FALSE(Document().root() == Value());
}

TEST(CanonicalTest, ParsingTheCanonicalFormChangesNothing) {
  for (const std::string text : {"[0.1,1e300,-1.5e-300,123456789.125,5e-324]",
                                 R"({"x":[{"b":[],"a":{}}],"w":"\u20ac\t"})"}) {
    const Document document = Parse(text);
    const std::string canonical = document.root().Canonical();
    const Document again = Parse(canonical);
    EXPECT_TRUE(again.root() == document.root());
    EXPECT_EQ(again.root().Canonical(), canonical);
  }
}

TEST(CanonicalTest, ComparesLargeObjectsInAboutLinearTime) {
  std::string forward = "{\"k\":0";
  std::string backward = "{";
  for (int i = 0; i < 50'000; ++i) {
    forward += ",\"" + std::to_string(i) + "\":" + std::to_string(i);
    backward += "\"" + std::to_string(49'999 - i) + "\":" + std::to_string(49'999 - i) + ",";
  }
  forward += "}";
  backward += "\"k\":0}";
  EXPECT_TRUE(Parse(forward).root() == Parse(backward).root());
}

}  // namespace
}  // namespace leadrelay::json
