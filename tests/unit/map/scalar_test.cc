#include "services/delivery/map/scalar.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

struct Case {
  std::string json;
  std::optional<std::string> text;  // Nothing: the value counts as missing.
  std::string written;              // As JSON.
};

class ToScalarTest : public testing::TestWithParam<Case> {};

TEST_P(ToScalarTest, KeepsOneValueAndMakesTextOfMore) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(GetParam().json);
  ASSERT_TRUE(document.ok());
  const std::optional<Scalar> scalar = ToScalar(document->root());
  ASSERT_EQ(scalar.has_value(), GetParam().text.has_value());
  if (!scalar.has_value()) return;
  EXPECT_EQ(ToText(*scalar), *GetParam().text);
  json::Writer writer;
  Write(writer, *scalar);
  EXPECT_EQ(writer.Take(), GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    ToScalarTest,
    testing::Values(Case{"\"Ann\"", "Ann", "\"Ann\""},
                    Case{"\"a\\\"b\\\\c\\n\"", "a\"b\\c\n", "\"a\\\"b\\\\c\\n\""},
                    Case{"\"\"", std::nullopt, ""},
                    Case{"null", std::nullopt, ""},
                    Case{"true", "true", "true"},
                    Case{"false", "false", "false"},
                    Case{"0", "0", "0"},
                    Case{"-42", "-42", "-42"},
                    Case{"9223372036854775807", "9223372036854775807", "9223372036854775807"},
                    Case{"120.5", "120.5", "120.5"},
                    Case{"[]", std::nullopt, ""},
                    Case{"[\"\",null]", std::nullopt, ""},
                    Case{"[\"a\",null,\"b\"]", "a;b", "\"a;b\""},
                    Case{"[\"\",\"\"]", std::nullopt, ""},
                    Case{"[\"a\",\"b\",3,true]", "a;b;3;true", "\"a;b;3;true\""},
                    Case{"[\"a\",{\"b\":1}]", "[\"a\",{\"b\":1}]", "\"[\\\"a\\\",{\\\"b\\\":1}]\""},
                    Case{"{}", std::nullopt, ""},
                    Case{"{\"a\":1}", "{\"a\":1}", "\"{\\\"a\\\":1}\""}));

TEST(ToScalarTest, MissingIsMissing) {
  EXPECT_EQ(ToScalar(json::Value()), std::nullopt);
}

TEST(ParseScalarTest, ReadsAsItIsTold) {
  EXPECT_EQ(ParseScalar("05", ScalarType::kText), Scalar(std::string("05")));
  EXPECT_EQ(ParseScalar("5", ScalarType::kNumber), Scalar(int64_t{5}));
  EXPECT_EQ(ParseScalar("-2.5", ScalarType::kNumber), Scalar(-2.5));
  EXPECT_EQ(ParseScalar("true", ScalarType::kBoolean), Scalar(true));
  EXPECT_EQ(ParseScalar("false", ScalarType::kBoolean), Scalar(false));
  for (const char* text : {"", "five", "5 ", "5x", "1e999", "inf", "nan"}) {
    EXPECT_EQ(ParseScalar(text, ScalarType::kNumber), std::nullopt) << text;
  }
  for (const char* text : {"", "yes", "1", "True"}) {
    EXPECT_EQ(ParseScalar(text, ScalarType::kBoolean), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace leadrelay::delivery
