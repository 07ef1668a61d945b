#include "services/delivery/map/scalar.h"

#include <charconv>
#include <cmath>

namespace leadrelay::delivery {
namespace {

template <typename Number>
std::optional<Scalar> ParseNumber(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<Scalar> ListToScalar(const json::Value& list, std::string_view separator) {
  std::string joined;
  for (const json::Value& element : list.Elements()) {
    if (element.IsNull()) continue;
    const std::optional<std::string> text = element.AsText();
    if (!text.has_value()) return list.ToJson();
    if (text->empty()) continue;
    if (!joined.empty()) joined += separator;
    joined += *text;
  }
  if (joined.empty()) return std::nullopt;
  return joined;
}

}  // namespace

std::string ToText(const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) return *text;
  json::Writer writer;
  Write(writer, scalar);
  return writer.Take();
}

void Write(json::Writer& writer, const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) writer.String(*text);
  if (const auto* integer = std::get_if<int64_t>(&scalar)) writer.Int(*integer);
  if (const auto* number = std::get_if<double>(&scalar)) writer.Double(*number);
  if (const auto* boolean = std::get_if<bool>(&scalar)) writer.Bool(*boolean);
}

std::optional<Scalar> ToScalar(const json::Value& value, std::string_view list_separator) {
  switch (value.type()) {
    case json::Type::kMissing:
    case json::Type::kNull:
      return std::nullopt;
    case json::Type::kString: {
      std::string text = value.StringOr("");
      if (text.empty()) return std::nullopt;
      return text;
    }
    case json::Type::kBool:
      return value.BoolOr(false);
    case json::Type::kNumber:
      if (const std::optional<int64_t> integer = value.AsInt64()) return *integer;
      return value.AsDouble().value_or(0);
    case json::Type::kArray:
      return ListToScalar(value, list_separator);
    case json::Type::kObject:
      if (value.size() == 0) return std::nullopt;
      return value.ToJson();
  }
  return std::nullopt;
}

std::optional<Scalar> ParseScalar(std::string_view text, ScalarType type) {
  switch (type) {
    case ScalarType::kText:
      return std::string(text);
    case ScalarType::kBoolean:
      if (text == "true") return true;
      if (text == "false") return false;
      return std::nullopt;
    case ScalarType::kInteger:
      return ParseNumber<int64_t>(text);
    case ScalarType::kNumber:
      break;
  }
  if (std::optional<Scalar> integer = ParseNumber<int64_t>(text)) return integer;
  std::optional<Scalar> number = ParseNumber<double>(text);
  // JSON has no infinity and no NaN.
  if (number.has_value() && !std::isfinite(std::get<double>(*number))) return std::nullopt;
  return number;
}

}  // namespace leadrelay::delivery
