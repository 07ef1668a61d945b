#pragma once
// Scalar: one value on its way into a CRM field.  Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/json/json.h"

namespace leadrelay::delivery {

using Scalar = std::variant<std::string, int64_t, double, bool>;

// As text: strings as they are, numbers and booleans in JSON notation.
std::string ToText(const Scalar& scalar);

void Write(json::Writer& writer, const Scalar& scalar);

// What HubSpot and Salesforce take between the choices of a multiple choice.
inline constexpr std::string_view kListSeparator = ";";

// A CRM field holds one value, so what is more becomes text: a list of single values is joined by
// the separator, anything nested is JSON.  Nothing for what is missing, null, an empty text or an
// empty list.
std::optional<Scalar> ToScalar(const json::Value& value,
                               std::string_view list_separator = kListSeparator);

enum class ScalarType { kText, kNumber, kInteger, kBoolean };

// `text`, as a configuration has it, read as `type`; nothing when it is no such thing.
std::optional<Scalar> ParseScalar(std::string_view text, ScalarType type);

// What a lead has, as `type`; nothing when it is no such thing.  Texts are read as people type
// them: "1,234.50" (the other way round with `decimal_mark` ','), "yes", "on".  An integer is the
// nearest.
std::optional<Scalar> Convert(const Scalar& scalar, ScalarType type, char decimal_mark = '.');

}  // namespace leadrelay::delivery
