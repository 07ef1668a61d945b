// What Schema::Compile refuses, and which faults Schema::Validate names.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/json/json.h"
#include "common/status/abseil.h"

namespace leadrelay::json {

void PrintTo(const SchemaFault& fault, std::ostream* out) {
  *out << fault.pointer << " | " << fault.keyword << " | " << fault.message;
}

namespace {

using testing::HasSubstr;

std::vector<SchemaFault> Faults(std::string_view schema, std::string_view text) {
  const absl::StatusOr<Schema> compiled = Schema::Compile(schema);
  const absl::StatusOr<Document> document = Document::Parse(text);
  if (!compiled.ok() || !document.ok()) {
    ADD_FAILURE() << compiled.status() << " " << document.status();
    return {};
  }
  return compiled->Validate(document->root());
}

TEST(SchemaTest, EveryKeywordAcceptsAndRefuses) {
  struct Case {
    std::string schema;
    std::vector<std::string> valid;
    std::vector<std::string> invalid;
    std::string keyword;
    std::string message;
  };
  const std::vector<Case> cases = {
      {R"({"type":"string"})", {R"("a")"}, {"1", "null", "[]"}, "type", "must be of type string"},
      {R"({"type":"integer"})",
       {"1", "-1", "18446744073709551615"},
       {"1.5", R"("1")"},
       "type",
       "must be of type integer"},
      {R"({"type":"number"})", {"1", "1.5"}, {"true"}, "type", "must be of type number"},
      {R"({"type":"boolean"})", {"true", "false"}, {"0"}, "type", "must be of type boolean"},
      {R"({"type":"null"})", {"null"}, {"0"}, "type", "must be of type null"},
      {R"({"type":"array"})", {"[]"}, {"{}"}, "type", "must be of type array"},
      {R"({"type":"object"})", {"{}"}, {"[]"}, "type", "must be of type object"},
      {R"({"type":["string","null"]})",
       {"null", R"("")"},
       {"0"},
       "type",
       "must be of type string or null"},
      {R"({"enum":["a",1,{"b":[2]}]})",
       {R"("a")", "1.0", R"({"b":[2]})"},
       {R"("b")", "2", R"({"b":[]})"},
       "enum",
       R"(must be one of "a", 1, {"b":[2]})"},
      {R"({"minimum":2})",
       {"2", "3", R"("1")"},
       {"1", "1.99", "-9e99"},
       "minimum",
       "must be at least 2"},
      {R"({"minimum":2,"exclusiveMinimum":true})",
       {"2.01"},
       {"2", "1"},
       "minimum",
       "must be more than 2"},
      {R"({"minimum":9007199254740993})",
       {"9007199254740993"},
       {"9007199254740992"},
       "minimum",
       "must be at least 9007199254740993"},
      {R"({"maximum":2.5})", {"2.5", "-3"}, {"2.6", "3"}, "maximum", "must be at most 2.5"},
      {R"({"maximum":2,"exclusiveMaximum":true})", {"1"}, {"2"}, "maximum", "must be less than 2"},
      {R"({"multipleOf":0.01})",
       {"19.99", "1e6", "0"},
       {"0.005"},
       "multipleOf",
       "must be a multiple of 0.01"},
      {R"({"multipleOf":3})", {"9", "-3", "0"}, {"10"}, "multipleOf", "must be a multiple of 3"},
      {R"({"minLength":1})", {R"("a")", "0"}, {R"("")"}, "minLength", "must not be empty"},
      {R"({"minLength":2})",
       {"\"\xC3\xA9\xC3\xA9\""},
       {"\"\xC3\xA9\""},
       "minLength",
       "must have at least 2 characters"},
      {R"({"maxLength":2})",
       {"\"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\""},
       {R"("abc")"},
       "maxLength",
       "must have at most 2 characters"},
      {R"({"pattern":"^[a-z]{2,3}$"})",
       {R"("ab")", "7"},
       {R"("a")", R"("abcd")", R"("ab\n")"},
       "pattern",
       "must match ^[a-z]{2,3}$"},
      {R"({"pattern":"b+"})", {R"("abbc")"}, {R"("ac")"}, "pattern", "must match b+"},
      {R"({"pattern":"^[^<]*$"})",
       {R"("a\u0000b")"},
       {R"("a\u0000<")"},
       "pattern",
       "must match ^[^<]*$"},
      {R"({"minItems":1})", {"[0]", "{}"}, {"[]"}, "minItems", "must not be empty"},
      {R"({"maxItems":1})", {"[0]"}, {"[0,0]"}, "maxItems", "must have at most 1 elements"},
      {R"({"uniqueItems":true})",
       {"[1,2,[1]]"},
       {"[1,2,1.0]", R"([{"a":1,"b":2},{"b":2,"a":1}])"},
       "uniqueItems",
       "has the same element twice"},
      {R"({"minProperties":2})",
       {R"({"a":1,"b":1})"},
       {R"({"a":1})"},
       "minProperties",
       "must have at least 2 members"},
      {R"({"maxProperties":0})",
       {"{}"},
       {R"({"a":1})"},
       "maxProperties",
       "must have at most 0 members"},
      {R"({"not":{"type":"string"}})",
       {"1"},
       {R"("a")"},
       "not",
       "is of a form that is not allowed"},
      {R"({"oneOf":[{"minimum":1},{"maximum":3}]})",
       {"0", "4"},
       {"2"},
       "oneOf",
       "satisfies more than one of the alternatives"},
      {R"({"oneOf":[{"minimum":5},{"type":"string"}]})",
       {"5"},
       {"2"},
       "oneOf",
       "no alternative is satisfied: must be at least 5; or must be of type string"},
      {R"({"$ref":"#/definitions/a~1b","definitions":{"a/b":{"type":"null"}}})", {}, {}, "", ""},
  };
  for (const Case& c : cases) {
    for (const std::string& text : c.valid) {
      EXPECT_EQ(Faults(c.schema, text), std::vector<SchemaFault>()) << c.schema << " " << text;
    }
    for (const std::string& text : c.invalid) {
      EXPECT_EQ(Faults(c.schema, text), (std::vector<SchemaFault>{{"", c.keyword, c.message}}))
          << c.schema << " " << text;
    }
  }
}

constexpr std::string_view kOrder = R"({
  "$schema": "http://json-schema.org/draft-04/schema#",
  "title": "An order",
  "type": "object",
  "additionalProperties": false,
  "required": ["number", "lines"],
  "properties": {
    "number": {"type": "string", "maxLength": 8, "pattern": "^[A-Z]+$"},
    "lines": {"type": "array", "items": {"$ref": "#/definitions/line"}, "maxItems": 3},
    "place": {"type": "array", "items": [{"type": "number"}, {"type": "number"}], "additionalItems": false},
    "tags": {"type": "object", "patternProperties": {"^x-": {"type": "string"}},
             "additionalProperties": {"type": "boolean"}},
    "a/b~c": {"type": "null"}
  },
  "dependencies": {"tags": ["place"], "place": {"required": ["tags"]}},
  "anyOf": [{"required": ["number"]}, {"required": ["lines"]}],
  "definitions": {
    "line": {
      "type": "object", "required": ["article"],
      "properties": {
        "article": {"type": "string"}, "pieces": {"type": "integer", "minimum": 1},
        "parts": {"type": "array", "items": {"$ref": "#/definitions/line"}}}}
  }
})";

TEST(SchemaTest, NamesEveryFaultyMemberAtOnce) {
  EXPECT_EQ(Faults(kOrder, R"({
    "number": "ab", "colour": 1,
    "lines": [{"article": "A"}, {"article": 1, "pieces": 0},
              {"article": "B", "parts": [{"pieces": "x"}, {"article": "C"}]}, null],
    "place": [1, "2", 3],
    "tags": {"x-a": 1, "y": "z", "ok": true},
    "a/b~c": 0})"),
            (std::vector<SchemaFault>{
                {"/number", "pattern", "must match ^[A-Z]+$"},
                {"/colour", "additionalProperties", "is not a known member"},
                {"/lines", "maxItems", "must have at most 3 elements"},
                {"/lines/1/article", "type", "must be of type string"},
                {"/lines/1/pieces", "minimum", "must be at least 1"},
                {"/lines/2/parts/0/article", "required", "is required"},
                {"/lines/2/parts/0/pieces", "type", "must be of type integer"},
                {"/lines/3", "type", "must be of type object"},
                {"/place/1", "type", "must be of type number"},
                {"/place/2", "additionalItems", "is an element too many"},
                {"/tags/x-a", "type", "must be of type string"},
                {"/tags/y", "type", "must be of type boolean"},
                {"/a~1b~0c", "type", "must be of type null"},
            }));
}

TEST(SchemaTest, NamesWhatIsMissing) {
  EXPECT_EQ(
      Faults(kOrder, R"({"tags": {}})"),
      (std::vector<SchemaFault>{
          {"/number", "required", "is required"},
          {"/lines", "required", "is required"},
          {"/place", "dependencies", "is required together with tags"},
          {"", "anyOf", "no alternative is satisfied: /number is required; or /lines is required"},
      }));
  EXPECT_EQ(Faults(kOrder, R"({"number": "A", "lines": [], "place": [1, 2]})"),
            (std::vector<SchemaFault>{{"/tags", "required", "is required"}}));
  EXPECT_EQ(Faults(kOrder, R"({"number": "A", "lines": []})"), std::vector<SchemaFault>());
}

TEST(SchemaTest, NeverRepeatsTheValue) {
  const std::string secret = "jane.roe@example.com";
  for (const std::string schema : {R"({"type":"integer"})",
                                   R"({"enum":["a"]})",
                                   R"({"maxLength":3})",
                                   R"({"pattern":"^x$"})",
                                   R"({"not":{"type":"string"}})",
                                   R"({"anyOf":[{"maxLength":1},{"pattern":"^y$"}]})"}) {
    const std::vector<SchemaFault> faults = Faults(schema, "\"" + secret + "\"");
    ASSERT_EQ(faults.size(), 1u) << schema;
    EXPECT_EQ(faults[0].message.find(secret), std::string::npos) << faults[0].message;
  }
}

TEST(SchemaTest, StopsCountingAtTheLimit) {
  std::string text = "[0";
  for (int i = 0; i < 5000; ++i) text += ",0";
  EXPECT_EQ(Faults(R"({"items":{"type":"string"}})", text + "]").size(), Schema::kMaxFaults);
  std::string object = "{\"a\":0";
  for (int i = 0; i < 5000; ++i) object += ",\"a" + std::to_string(i) + "\":0";
  EXPECT_EQ(Faults(R"({"additionalProperties":false})", object + "}").size(), Schema::kMaxFaults);
}

TEST(SchemaTest, FollowsASchemaThatContainsItself) {
  const std::string tree =
      R"({"type":"object","additionalProperties":{"$ref":"#"},"maxProperties":2})";
  EXPECT_EQ(Faults(tree, R"({"a":{"b":{}},"c":{"d":{"e":{}}}})"), std::vector<SchemaFault>());
  EXPECT_EQ(Faults(tree, R"({"a":{"b":{"c":1}}})"),
            (std::vector<SchemaFault>{{"/a/b/c", "type", "must be of type object"}}));
}

TEST(SchemaTest, CompileRefusesWhatItWouldNotCheck) {
  struct Case {
    std::string schema;
    std::string message;
  };
  const std::string draft_only = "the keyword is not one of draft 04 that we check";
  const std::vector<Case> cases = {
      {"[", "not valid JSON at byte 1"},
      {"[]", "/: a schema must be an object"},
      {R"({"const":1})", "/const: " + draft_only},
      {R"({"if":{},"then":{}})", "/if: " + draft_only},
      {R"({"format":"email"})", "/format: " + draft_only},
      {R"({"requierd":["a"]})", "/requierd: " + draft_only},
      {R"({"properties":{"a":{"items":{"contains":{}}}}})",
       "/properties/a/items/contains: " + draft_only},
      {R"({"definitions":{"unused":{"examples":[]}}})",
       "/definitions/unused/examples: " + draft_only},
      {R"({"anyOf":[{},{"propertyNames":{}}]})", "/anyOf/1/propertyNames: " + draft_only},
      {R"({"not":{"$id":"x"}})", "/not/$id: " + draft_only},
      {R"({"$schema":"http://json-schema.org/draft-07/schema#"})", "/$schema: must be"},
      {R"({"properties":{"a":{"id":"x"}}})", "/properties/a/id: must be a text, at the top only"},
      {R"({"properties":{"a":true}})", "/properties/a: a schema must be an object"},
      {R"({"type":"text"})", R"(/type: there is no type "text")"},
      {R"({"type":[]})", "/type: must be an array of texts"},
      {R"({"enum":[]})", "/enum: must be an array with elements"},
      {R"({"minimum":"1"})", "/minimum: must be a number"},
      {R"({"exclusiveMinimum":1})", "/exclusiveMinimum: must be true or false beside minimum"},
      {R"({"exclusiveMaximum":true})", "/exclusiveMaximum: must be true or false beside maximum"},
      {R"({"multipleOf":0})", "/multipleOf: must be a number above 0"},
      {R"({"maxLength":-1})", "/maxLength: must be a whole number from 0"},
      {R"({"maxLength":1.5})", "/maxLength: must be a whole number from 0"},
      {R"({"required":true})", "/required: must be an array of texts"},
      {R"({"required":["a",1]})", "/required: must be an array of texts"},
      {R"({"additionalItems":false})", "/additionalItems: must be beside an array of items"},
      {R"({"additionalProperties":1})", "/additionalProperties: must be true or false"},
      {R"({"allOf":[]})", "/allOf: must be an array with elements"},
      {R"({"pattern":"("})", "/pattern: the expression is missing"},
      {R"({"pattern":"(?=a)b"})", "/pattern: the expression is not portable"},
      {R"({"pattern":"(?i)a"})", "/pattern: the expression is not portable"},
      {R"({"pattern":"\\pL+"})", "/pattern: the expression is not portable"},
      {R"({"pattern":"[[:alpha:]]"})", "/pattern: the expression is not portable"},
      {R"({"patternProperties":{"(":{}}})", "/patternProperties/(: the expression is missing"},
      {R"({"$ref":"#/definitions/no"})", "$ref points nowhere"},
      {R"({"$ref":"other.json#/a"})", "$ref must point into the same document"},
      {R"({"properties":{"a":{"$ref":"#","maxLength":1}}})",
       "/properties/a: what stands beside $ref would be ignored"},
      {R"({"properties":{"a":{"$ref":"#/properties/a"}}})", "a $ref leads back"},
      {R"({"definitions":{"a":{"allOf":[{"$ref":"#/definitions/b"}]},"b":{"not":{"$ref":"#/definitions/a"}}}})",
       "a $ref leads back"},
      {R"({"anyOf":[{"$ref":"#"}]})", "a $ref leads back"},
      {R"({"dependencies":{"a":{"$ref":"#"}}})", "a $ref leads back"},
  };
  for (const Case& c : cases) {
    const absl::StatusOr<Schema> schema = Schema::Compile(c.schema);
    ASSERT_FALSE(schema.ok()) << c.schema;
    EXPECT_EQ(schema.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(ToStd(schema.status().message())), HasSubstr(c.message)) << c.schema;
  }
}

TEST(SchemaTest, PropertiesMayBeCalledLikeKeywords) {
  const std::string schema =
      R"({"properties":{"format":{"type":"string"},"const":{"type":"null"},"$ref":{"type":"null"}},
          "definitions":{"if":{"type":"string"}},"default":{"if":1},"enum":[{"if":1},{"const":null},{"const":1}]})";
  EXPECT_EQ(Faults(schema, R"({"const":null})"), std::vector<SchemaFault>());
  EXPECT_EQ(Faults(schema, R"({"const":1})").size(), 1u);
}

}  // namespace
}  // namespace leadrelay::json
