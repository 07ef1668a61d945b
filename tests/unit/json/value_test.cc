// Reading values.

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

TEST(ValueTest, AnswersOnlyForItsOwnType) {
  struct Case {
    std::string text;
    Type type;
    std::optional<std::string_view> string;
    std::optional<bool> boolean;
    std::optional<int64_t> integer;
    std::optional<double> number;
    std::optional<std::string> as_text;
    size_t size;
  };
  const auto none = std::nullopt;
  const std::vector<Case> cases = {
      {"null", Type::kNull, none, none, none, none, none, 0},
      {"true", Type::kBool, none, true, none, none, "true", 0},
      {"false", Type::kBool, none, false, none, none, "false", 0},
      {"1", Type::kNumber, none, none, 1, 1.0, "1", 0},
      {"-2.50", Type::kNumber, none, none, none, -2.5, "-2.5", 0},
      {"\"\"", Type::kString, "", none, none, none, "", 0},
      {"\"1\"", Type::kString, "1", none, none, none, "1", 0},
      {"[1,2]", Type::kArray, none, none, none, none, none, 2},
      {"{\"a\":1}", Type::kObject, none, none, none, none, none, 1},
  };
  for (const Case& c : cases) {
    const Document document = Parse(c.text);
    const Value value = document.root();
    EXPECT_EQ(value.type(), c.type) << c.text;
    EXPECT_EQ(value.AsString(), c.string) << c.text;
    EXPECT_EQ(value.AsBool(), c.boolean) << c.text;
    EXPECT_EQ(value.AsInt64(), c.integer) << c.text;
    EXPECT_EQ(value.AsDouble(), c.number) << c.text;
    EXPECT_EQ(value.AsText(), c.as_text) << c.text;
    EXPECT_EQ(value.size(), c.size) << c.text;
    EXPECT_EQ(value.StringOr("other"), c.string.value_or("other")) << c.text;
    EXPECT_EQ(value.Int64Or(7), c.integer.value_or(7)) << c.text;
    EXPECT_EQ(value.BoolOr(true), c.boolean.value_or(true)) << c.text;
  }
}

TEST(ValueTest, AMissingValueCanBeWalkedFurther) {
  const Document document = Parse(R"({"source":{"url":"https://example.com"},"list":[1]})");
  const Value missing = document.root().Find("no").Find("such").At(3).Pointer("/path");
  EXPECT_FALSE(missing.exists());
  EXPECT_EQ(missing.type(), Type::kMissing);
  EXPECT_EQ(missing.AsString(), std::nullopt);
  EXPECT_EQ(missing.AsText(), std::nullopt);
  EXPECT_EQ(missing.ToJson(), "null");
  EXPECT_TRUE(missing.Members().empty());
  EXPECT_TRUE(missing.Elements().empty());
  EXPECT_FALSE(document.root().At(0).exists());
  EXPECT_FALSE(document.root().Find("list").At(1).exists());
  EXPECT_FALSE(document.root().Find("list").Find("0").exists());
  EXPECT_FALSE(document.root().Find("").exists());
}

TEST(ValueTest, FollowsPointers) {
  // The document and the pointers of RFC 6901, section 5.
  const Document document = Parse(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
  struct Case {
    std::string pointer;
    std::string value;
  };
  const std::vector<Case> cases = {
      {"", document.root().ToJson()},
      {"/foo", R"(["bar","baz"])"},
      {"/foo/0", R"("bar")"},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/c%d", "2"},
      {"/e^f", "3"},
      {"/g|h", "4"},
      {"/i\\j", "5"},
      {"/k\"l", "6"},
      {"/ ", "7"},
      {"/m~0n", "8"},
  };
  for (const Case& c : cases) EXPECT_EQ(document.root().Pointer(c.pointer).ToJson(), c.value);
  for (const std::string pointer : {"foo",
                                    "/foo/2",
                                    "/foo/00",
                                    "/foo/01",
                                    "/foo/-",
                                    "/foo/+1",
                                    "/foo/",
                                    "/foo/0x",
                                    "/foo/0/0",
                                    "/nothing",
                                    "/foo/99999999999999999999"}) {
    EXPECT_FALSE(document.root().Pointer(pointer).exists()) << pointer;
  }
}

TEST(ValueTest, ListsMembersAndElementsInOrder) {
  const Document document = Parse(R"({"z":[3,1,2],"a":{}})");
  const std::vector<Value::Member> members = document.root().Members();
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].key, "z");
  EXPECT_EQ(members[1].key, "a");
  std::string elements;
  for (const Value& element : members[0].value.Elements()) elements += element.ToJson();
  EXPECT_EQ(elements, "312");
}

}  // namespace
}  // namespace leadrelay::json
