// Writing JSON.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/json/json.h"

namespace leadrelay::json {
namespace {

TEST(WriterTest, WritesMembersInOrder) {
  const Document lead = Document::Parse(R"({"email":"a@example.com","tags":[1,2.5]})").value();
  const std::string key = "string";
  Writer writer;
  writer.StartObject()
      .Member("view", std::string_view("v"))
      .Member("chars", "c")
      .Member(key, std::string("s"))
      .Member("int64", int64_t{-9223372036854775807 - 1})
      .Member("int", 7)
      .Member("double", 0.1)
      .Member("whole", 3.0)
      .Member("bool", true)
      .Member("copy", lead.root())
      .Member("missing", lead.root().Find("nothing"))
      .Key("null")
      .Null()
      .Key("raw")
      .Raw(R"({"a":[1]})")
      .Key("array")
      .StartArray()
      .Int(1)
      .StartArray()
      .EndArray()
      .StartObject()
      .EndObject()
      .Bool(false)
      .Raw("2")
      .EndArray()
      .EndObject();
  EXPECT_EQ(writer.Take(),
            R"({"view":"v","chars":"c","string":"s","int64":-9223372036854775808,"int":7,)"
            R"("double":0.1,"whole":3.0,"bool":true,)"
            R"("copy":{"email":"a@example.com","tags":[1,2.5]},"missing":null,"null":null,)"
            R"("raw":{"a":[1]},"array":[1,[],{},false,2]})");
}

TEST(WriterTest, EscapesAndRepairs) {
  struct Case {
    std::string text;
    std::string json;
  };
  const std::vector<Case> cases = {
      {"", R"("")"},
      {"\"\\/\b\f\n\r\t", R"("\"\\/\b\f\n\r\t")"},
      {std::string("\0\x1F", 2), R"("\u0000\u001F")"},
      {"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""},
      {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
      {"caf\xE9", "\"caf\xEF\xBF\xBD\""},
      // The example of Unicode 15, section 3.9, table 3-8 and 3-11.
      {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41",
       "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
       "\xEF\xBF\xBD\x41\""},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41",
       "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x41\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Writer().String(c.text).Take(), c.json);
    EXPECT_EQ(Writer().StartObject().Member(c.text, 0).EndObject().Take(), "{" + c.json + ":0}");
    const absl::StatusOr<Document> again = Document::Parse(c.json);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->root().ToJson(), c.json);
  }
}

TEST(WriterTest, EscapesControlCharactersAtEveryPlace) {
  for (char control = 0; control < 0x20; ++control) {
    for (size_t at = 0; at < 70; ++at) {
      std::string text(70, 'x');
      text[at] = control;
      const std::string written = Writer().String(text).Take();
      EXPECT_EQ(written.find(control), written.npos) << int{control} << " at " << at;
      EXPECT_EQ(Document::Parse(written)->root().AsString(), text);
    }
  }
}

TEST(WriterTest, WritesWhatIsNoNumberAsNull) {
  Writer writer;
  writer.StartArray()
      .Double(std::nan(""))
      .Double(std::numeric_limits<double>::infinity())
      .Double(-std::numeric_limits<double>::infinity())
      .Double(-0.5)
      .EndArray();
  EXPECT_EQ(writer.Take(), "[null,null,null,-0.5]");
}

TEST(WriterTest, IsEmptyAgainAfterTake) {
  Writer writer;
  EXPECT_EQ(writer.StartArray().EndArray().Take(), "[]");
  EXPECT_EQ(writer.String("x").Take(), "\"x\"");
  Writer moved = std::move(writer);
  EXPECT_EQ(moved.Int(1).Take(), "1");
}

TEST(WriterDeathTest, AbortsInTakeWhenMisused) {
  const char* const why = "not one whole JSON value";
  EXPECT_DEATH(Writer().Take(), why);
  EXPECT_DEATH(Writer().StartObject().Take(), why);
  EXPECT_DEATH(Writer().StartObject().Key("a").Take(), why);
  EXPECT_DEATH(Writer().StartObject().Key("a").EndObject().Take(), why);
  EXPECT_DEATH(Writer().StartObject().String("a").Int(1).EndObject().Take(), why);
  EXPECT_DEATH(Writer().StartObject().Key("a").Key("b").Int(1).EndObject().Take(), why);
  EXPECT_DEATH(Writer().StartObject().EndArray().Take(), why);
  EXPECT_DEATH(Writer().StartArray().EndObject().Take(), why);
  EXPECT_DEATH(Writer().StartArray().Key("a").EndArray().Take(), why);
  EXPECT_DEATH(Writer().EndObject().Take(), why);
  EXPECT_DEATH(Writer().Int(1).Int(2).Take(), why);
  EXPECT_DEATH(Writer().StartArray().EndArray().StartArray().EndArray().Take(), why);
}

}  // namespace
}  // namespace leadrelay::json
