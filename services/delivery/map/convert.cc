// Convert(): what people type, as a number or a boolean.

#include <algorithm>
#include <array>
#include <cmath>

#include "common/text/clean.h"
#include "services/delivery/map/scalar.h"

namespace leadrelay::delivery {
namespace {

constexpr std::array<std::string_view, 5> kTrue = {"true", "yes", "on", "y", "1"};
constexpr std::array<std::string_view, 5> kFalse = {"false", "no", "off", "n", "0"};
constexpr size_t kLongestNumber = 64;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The length of what may stand between groups of three digits: 1,234 1.234 1'234 1 234.
size_t GroupMark(std::string_view text, char decimal_mark) {
  for (std::string_view mark : {" ", "'", ",", ".", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x99"}) {
    if (mark[0] != decimal_mark && text.starts_with(mark)) return mark.size();
  }
  return 0;
}

// The whole part without its group marks, taken off `text`.  The same mark throughout, and groups
// of three: 1,5 is no fifteen.
std::optional<std::string> TakeWholePart(std::string_view& text, char decimal_mark) {
  std::string digits;
  std::string_view group_mark;
  size_t in_group = 0;
  while (!text.empty() && text[0] != decimal_mark) {
    if (IsDigit(text[0])) {
      digits += text[0];
      ++in_group;
      text.remove_prefix(1);
      continue;
    }
    const std::string_view mark = text.substr(0, GroupMark(text, decimal_mark));
    const bool first = group_mark.empty();
    if (mark.empty() || (!first && (mark != group_mark || in_group != 3))) return std::nullopt;
    if (first && (in_group == 0 || in_group > 3)) return std::nullopt;
    group_mark = mark;
    in_group = 0;
    text.remove_prefix(mark.size());
  }
  if (!group_mark.empty() && in_group != 3) return std::nullopt;
  return digits;
}

std::optional<Scalar> ReadNumber(std::string_view typed, char decimal_mark) {
  std::string_view text = text::Trim(typed);
  if (text.size() > kLongestNumber) return std::nullopt;
  std::string plain;
  if (text.starts_with('-') || text.starts_with('+')) {
    if (text[0] == '-') plain = "-";
    text.remove_prefix(1);
  }
  const std::optional<std::string> whole = TakeWholePart(text, decimal_mark);
  if (!whole.has_value()) return std::nullopt;
  std::string_view decimals = text.empty() ? text : text.substr(1);
  if (!std::ranges::all_of(decimals, IsDigit)) return std::nullopt;
  if (whole->empty() && decimals.empty()) return std::nullopt;
  while (decimals.ends_with('0')) decimals.remove_suffix(1);  // 12.00 is twelve, not 12.0.
  plain += whole->empty() ? "0" : *whole;
  if (!decimals.empty()) plain += absl::StrCat(".", std::string(decimals));
  return ParseScalar(plain, ScalarType::kNumber);
}

std::optional<Scalar> ToNumber(const Scalar& scalar, char decimal_mark) {
  if (std::holds_alternative<bool>(scalar)) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&scalar)) return ReadNumber(*text, decimal_mark);
  return scalar;
}

std::optional<Scalar> ToInteger(const Scalar& scalar, char decimal_mark) {
  std::optional<Scalar> number = ToNumber(scalar, decimal_mark);
  if (!number.has_value() || std::holds_alternative<int64_t>(*number)) return number;
  constexpr double kBound = 9.2e18;  // Below 2^63, so that the cast is defined.
  const double rounded = std::round(std::get<double>(*number));
  if (!(std::abs(rounded) <= kBound)) return std::nullopt;
  return static_cast<int64_t>(rounded);
}

std::optional<Scalar> ToBoolean(const Scalar& scalar) {
  if (std::holds_alternative<bool>(scalar)) return scalar;
  const std::string word = text::LowerAscii(text::Trim(ToText(scalar)));
  if (std::ranges::find(kTrue, word) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, word) != kFalse.end()) return false;
  return std::nullopt;
}

}  // namespace

std::optional<Scalar> Convert(const Scalar& scalar, ScalarType type, char decimal_mark) {
  switch (type) {
    case ScalarType::kText:
      return ToText(scalar);
    case ScalarType::kNumber:
      return ToNumber(scalar, decimal_mark);
    case ScalarType::kInteger:
      return ToInteger(scalar, decimal_mark);
    case ScalarType::kBoolean:
      return ToBoolean(scalar);
  }
  return std::nullopt;
}

}  // namespace leadrelay::delivery
