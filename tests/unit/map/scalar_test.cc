#include "services/delivery/map/scalar.h"

#include <ostream>

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

struct Case {
  std::string json;
  std::optional<std::string> text;  // Nothing: the value counts as missing.
  std::string written;              // As JSON.

  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.json; }
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

TEST(ParseScalarTest, Integers) {
  EXPECT_EQ(ParseScalar("-5", ScalarType::kInteger), Scalar(int64_t{-5}));
  for (const char* text : {"", "5.0", "1e3", "9223372036854775808"}) {
    EXPECT_EQ(ParseScalar(text, ScalarType::kInteger), std::nullopt) << text;
  }
}

std::optional<Scalar> Number(const Scalar& scalar, char decimal_mark = '.') {
  return Convert(scalar, ScalarType::kNumber, decimal_mark);
}

TEST(ConvertTest, NumbersAsPeopleTypeThem) {
  const std::vector<std::pair<std::string, Scalar>> cases = {
      {"0", int64_t{0}},
      {"007", int64_t{7}},
      {" 42\n", int64_t{42}},
      {"+3", int64_t{3}},
      {"-3.50", -3.5},
      {".5", 0.5},
      {"5.", int64_t{5}},
      {"5.00", int64_t{5}},
      {".0", int64_t{0}},
      {"1,234", int64_t{1234}},
      {"12,345,678.9", 12345678.9},
      {"1 234", int64_t{1234}},
      {"1\u00A0234\u00A0567", int64_t{1234567}},
      {"1\u202F234", int64_t{1234}},
      {"1'234", int64_t{1234}},
      {"1\u2019234", int64_t{1234}},
      {"99999999999999999999", 1e20},
  };
  for (const auto& [text, number] : cases) EXPECT_EQ(Number(text), number) << text;
}

TEST(ConvertTest, NumbersWithADecimalComma) {
  EXPECT_EQ(Number("1.234,5", ','), Scalar(1234.5));
  EXPECT_EQ(Number("1,5", ','), Scalar(1.5));
  EXPECT_EQ(Number("1.234.567", ','), Scalar(int64_t{1234567}));
  EXPECT_EQ(Number("1.5", ','), std::nullopt);
}

TEST(ConvertTest, WhatIsNoNumber) {
  for (const char* text :
       {"",     " ",      "-",        ".",    "five",     "5k",        "5 EUR",     "$5",     "1,5",
        "1,23", "1,2345", "1234,567", ",123", "1,234,56", "1,234 567", "1.234.567", "1,,234", "1e5",
        "0x10", "inf",    "nan",      "--5",  "5-5",      "1.2.3",     "\u0663"}) {
    EXPECT_EQ(Number(std::string(text)), std::nullopt) << text;
  }
  EXPECT_EQ(Number(std::string(400, '9')), std::nullopt);
  EXPECT_EQ(Number(true), std::nullopt);
}

TEST(ConvertTest, IntegersAreTheNearest) {
  const auto integer = [](const Scalar& scalar) { return Convert(scalar, ScalarType::kInteger); };
  EXPECT_EQ(integer(2.5), Scalar(int64_t{3}));
  EXPECT_EQ(integer(-2.5), Scalar(int64_t{-3}));
  EXPECT_EQ(integer(std::string("2.4")), Scalar(int64_t{2}));
  EXPECT_EQ(integer(int64_t{7}), Scalar(int64_t{7}));
  EXPECT_EQ(integer(1e19), std::nullopt);
  EXPECT_EQ(integer(-1e300), std::nullopt);
}

TEST(ConvertTest, Booleans) {
  const auto boolean = [](const Scalar& scalar) { return Convert(scalar, ScalarType::kBoolean); };
  for (const char* text : {"true", "Yes", " ON ", "y", "1"}) {
    EXPECT_EQ(boolean(std::string(text)), Scalar(true)) << text;
  }
  for (const char* text : {"false", "NO", "off", "n", "0"}) {
    EXPECT_EQ(boolean(std::string(text)), Scalar(false)) << text;
  }
  EXPECT_EQ(boolean(int64_t{1}), Scalar(true));
  EXPECT_EQ(boolean(false), Scalar(false));
  EXPECT_EQ(boolean(int64_t{2}), std::nullopt);
  EXPECT_EQ(boolean(std::string("ja")), std::nullopt);
}

TEST(ConvertTest, Texts) {
  const auto text = [](const Scalar& scalar) { return Convert(scalar, ScalarType::kText); };
  EXPECT_EQ(text(2.5), Scalar(std::string("2.5")));
  EXPECT_EQ(text(true), Scalar(std::string("true")));
  EXPECT_EQ(text(std::string(" a ")), Scalar(std::string(" a ")));
}

}  // namespace
}  // namespace leadrelay::delivery
