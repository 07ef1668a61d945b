// Whatever stands in a lead: a mapping does not throw, what it gives is text, of the length that
// was asked for, and its warnings say nothing of the value.

#include <random>

#include <gtest/gtest.h>

#include "common/json/utf8.h"
#include "tests/unit/map/compile.h"

namespace leadrelay::delivery {
namespace {

constexpr size_t kMost = 7;
constexpr std::string_view kMark = "Xq7";  // In every value that is no number.

constexpr std::string_view kEverything = R"(
mapping:
  path: form_data.x
  first: {from: [form_data.y, form_data.x], separator: "|", max_length: 7}
  template: {template: "{form_data.x}[ / {form_data.y}]", max_length: 7}
  join: {join: [form_data.x, form_data.y, email], transform: one_line, max_length: 7}
  lower: {from: form_data.x, transform: [trim, lower], max_length: 7}
  upper: {from: form_data.x, transform: [one_line, upper], max_length: 7}
  given: {from: form_data.x, transform: given_name, max_length: 7}
  family: {from: form_data.x, transform: family_name, max_length: 7}
  digits: {from: form_data.x, transform: digits, max_length: 7}
  domain: {from: form_data.x, transform: domain, max_length: 7}
  phone: {from: form_data.x, transform: e164, region: DE, max_length: 7}
  day: {from: form_data.x, format: "%F", timezone: Europe/Berlin}
  parsed: {from: form_data.x, parse: "%d.%m.%Y", format: unix_ms}
  table: {from: form_data.x, lookup: {a: b}}
  kept: {from: form_data.x, lookup: {a: b}, keep_unlisted: true, max_length: 7}
  number: {from: form_data.x, as: number}
  comma: {from: form_data.x, as: number, decimal: ","}
  integer: {from: form_data.x, as: integer, default: 0}
  boolean: {from: form_data.x, as: boolean}
  json: {from: form_data.x, as: json}
  cases:
    - {from: form_data.x, as: integer, when: {path: form_data.x, matches: "*1*"}}
    - {value: b, when: {path: form_data.x, one_of: [a, b]}}
    - {from: form_data.y, max_length: 7}
)";

class Hostile {
 public:
  explicit Hostile(unsigned seed) : random_(seed) {}

  // As JSON.
  std::string Value(int depth = 0) {
    switch (Below(depth < 2 ? 9 : 6)) {
      case 0:
        return Number();
      case 1:
        return Below(2) == 0 ? "true" : "false";
      case 6:
        return absl::StrCat("[", Value(depth + 1), ",", Value(depth + 1), "]");
      case 7:
        return absl::StrCat("{\"k\":", Value(depth + 1), "}");
      case 8:
        return "null";
      default:
        return Text();
    }
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  std::string Number() {
    constexpr std::string_view kNumbers[] = {"0",
                                             "-0.0",
                                             "1",
                                             "-17",
                                             "2.5",
                                             "1e308",
                                             "-1e-300",
                                             "9223372036854775807",
                                             "18446744073709551615",
                                             "-9223372036854775808",
                                             "123456789012345678901234567890"};
    return std::string(kNumbers[Below(std::size(kNumbers))]);
  }

  std::string Text() {
    constexpr std::string_view kPieces[] = {" ",           "\t",
                                            "\r\n",        std::string_view("\0", 1),
                                            "\u00A0",      "\u200B",
                                            "\uFEFF",      "\u3000",
                                            "a",           "Z",
                                            "Ä",           "ß",
                                            "ÿ",           "İ",
                                            "Σ",           "ς",
                                            "Я",           "東",
                                            "😀",          "👩\u200D💻",
                                            "👍🏽",        "e\u0301",
                                            "\u0301",      "\u200D",
                                            "\u202E",      "\uFFFF",
                                            "{",           "}",
                                            "[",           "]",
                                            "{email}",     "${TEAM}",
                                            "\"",          "\\",
                                            "'",           "=1+1",
                                            "<b>",         "@",
                                            "a@b.example", ",",
                                            ".",           ";",
                                            "-",           "+",
                                            "+49",         "030",
                                            "1",           "1,234.5",
                                            "2026-03-01",  "T09:30:00",
                                            "Z",           "+02:00",
                                            "31.12.2026",  "infinite-future",
                                            "true",        "yes",
                                            "%s",          "van",
                                            "Dr."};
    std::string text;
    if (Below(4) != 0) text += kMark;
    for (size_t i = Below(12); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    if (Below(50) == 0) text.append(20'000, 'x');
    json::Writer writer;
    return writer.String(text).Take();
  }

  std::mt19937 random_;
};

void ExpectSound(const MappedField& field) {
  const auto* text = std::get_if<std::string>(&field.value);
  if (text == nullptr) return;
  EXPECT_TRUE(json::IsUtf8(*text)) << field.field;
  const bool whole = field.field == "path" || field.field == "json";
  const bool time = field.field == "day" || field.field == "parsed";
  if (!whole && !time) {
    EXPECT_LE(json::CountCodePoints(*text), kMost) << field.field;
  }
}

TEST(MappingProperty, AnyValue) {
  const Compiled compiled = Compile(kEverything);
  ASSERT_EQ(compiled.faults, "");
  for (unsigned seed = 0; seed < 5000; ++seed) {
    Hostile hostile(seed);
    const std::string lead =
        absl::StrCat(R"({"form_data":{"x":)", hostile.Value(), R"(,"y":)", hostile.Value(), "}}");
    SCOPED_TRACE(lead.substr(0, 400));
    std::vector<MappedField> fields;
    ASSERT_NO_THROW(fields = Apply(compiled.mapping, lead));
    for (const MappedField& field : fields) ExpectSound(field);
    EXPECT_EQ(Apply(compiled.mapping, lead), fields);
    for (const MappingWarning& warning : Warnings(compiled.mapping, lead)) {
      EXPECT_EQ(warning.what.find(kMark), std::string::npos);
      EXPECT_TRUE(compiled.mapping.Fills(warning.field));
    }
    if (HasFailure()) return;
  }
}

// What makes it right to call an entry of a table unreachable: no result of the transforms is
// changed by Settle().
TEST(MappingProperty, WhatComesOutOfTransformsIsSettled) {
  const std::vector<std::string>& names = TextTransforms::Names();
  std::mt19937 random(7);
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    std::vector<std::string> chain;
    for (size_t i = random() % 4; i > 0; --i) chain.push_back(names[random() % names.size()]);
    const TextTransforms transforms(chain, seed % 2 == 0 ? "DE" : "");
    const json::Document value = *json::Document::Parse(Hostile(seed).Value());
    const TextTransforms::Result result = transforms.Apply(value.root().AsText().value_or(""));
    if (!result.failed.empty() || result.text.empty()) continue;
    ASSERT_EQ(transforms.Settle(result.text), result.text)
        << testing::PrintToString(chain) << " of " << value.root().ToJson();
  }
}

}  // namespace
}  // namespace leadrelay::delivery
