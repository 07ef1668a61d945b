// Our schema check against RapidJSON's: they must agree on what is valid, for every schema and
// document below, crosswise.  Which faults there are is only ours to say, and patternProperties
// too: RapidJSON's validator reads outside its stack on {"patternProperties":{"^b":{}},
// "additionalProperties":false}.

#include <string>
#include <vector>

#include "gtest/gtest.h"

// The door's own header decides how the library is compiled, so it comes first.
// clang-format off
#include "common/json/rapidjson.h"
#include <rapidjson/schema.h>
// clang-format on

#include "common/json/json.h"

namespace leadrelay::json {
namespace {

const std::vector<std::string>& Schemas() {
  static const std::vector<std::string> schemas = {
      R"({})",
      R"({"type":"string","minLength":1,"maxLength":3})",
      R"({"type":"string","pattern":"^[a-c]+$"})",
      R"({"type":["integer","null"],"minimum":-1,"maximum":10})",
      R"({"type":"number","minimum":0,"exclusiveMinimum":true,"maximum":2.5,"exclusiveMaximum":true})",
      R"({"multipleOf":3})",
      R"({"enum":[1,"a",null,[1],{"a":1}]})",
      R"({"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2,"uniqueItems":true})",
      R"({"items":[{"type":"integer"},{"type":"string"}],"additionalItems":false})",
      R"({"items":[{"type":"integer"}],"additionalItems":{"type":"string"}})",
      R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false})",
      R"({"properties":{"a":{"minimum":2}},"additionalProperties":{"type":"string"},"maxProperties":2})",
      R"({"dependencies":{"a":["b"]}})",
      R"({"dependencies":{"a":{"required":["b"],"properties":{"b":{"type":"string"}}}}})",
      R"({"allOf":[{"minimum":1},{"maximum":2}]})",
      R"({"anyOf":[{"type":"string"},{"type":"integer","minimum":2}]})",
      R"({"oneOf":[{"type":"integer"},{"type":"number","minimum":2}]})",
      R"({"not":{"type":["string","object"]}})",
      R"({"properties":{"a":{"$ref":"#/definitions/d"},"b":{"$ref":"#/definitions/d"}},
          "definitions":{"d":{"type":"string","maxLength":1}}})",
  };
  return schemas;
}

const std::vector<std::string>& Documents() {
  static const std::vector<std::string> documents = {
      "null",
      "true",
      "0",
      "1",
      "2",
      "3",
      "-1",
      "-2",
      "9",
      "10",
      "11",
      "1.5",
      "2.5",
      "0.5",
      "-0.5",
      R"("")",
      R"("a")",
      R"("abc")",
      R"("abcd")",
      R"("abx")",
      "\"\xC3\xA9\xC3\xA9\xC3\xA9\"",
      "[]",
      "[1]",
      "[1,2]",
      "[1,1]",
      "[1,2,3]",
      R"([1,"a"])",
      R"([1,"a",2])",
      R"(["a"])",
      R"([1,"a","b"])",
      "[[1],[1]]",
      "{}",
      R"({"a":1})",
      R"({"a":2})",
      R"({"a":"x"})",
      R"({"a":"xy"})",
      R"({"b":"x"})",
      R"({"b":1})",
      R"({"a":1,"b":"x"})",
      R"({"a":1,"b":2})",
      R"({"a":2,"b":"x","c":"y"})",
      R"({"bb":"x"})",
      R"({"c":null})",
  };
  return documents;
}

bool ValidToRapidJson(const std::string& schema, const std::string& text) {
  rapidjson::Document parsed_schema;
  parsed_schema.Parse(schema.c_str());
  rapidjson::SchemaDocument compiled(parsed_schema);
  rapidjson::SchemaValidator validator(compiled);
  rapidjson::Document document;
  document.Parse(text.c_str());
  return document.Accept(validator);
}

TEST(SchemaOracleTest, AgreesWithRapidJsonOnWhatIsValid) {
  int valid = 0;
  int compared = 0;
  for (const std::string& schema : Schemas()) {
    const absl::StatusOr<Schema> compiled = Schema::Compile(schema);
    ASSERT_TRUE(compiled.ok()) << schema << ": " << compiled.status();
    for (const std::string& text : Documents()) {
      const absl::StatusOr<Document> document = Document::Parse(text);
      ASSERT_TRUE(document.ok()) << text;
      const bool expected = ValidToRapidJson(schema, text);
      EXPECT_EQ(compiled->Validate(document->root()).empty(), expected) << schema << " " << text;
      valid += expected ? 1 : 0;
      ++compared;
    }
  }
  EXPECT_GT(valid, compared / 5) << "both answers must occur";
  EXPECT_LT(valid, compared * 4 / 5);
}

}  // namespace
}  // namespace leadrelay::json
