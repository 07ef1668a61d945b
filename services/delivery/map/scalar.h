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

// A CRM field holds one value, so what is more becomes text: a list of single values is joined by
// ";" (what HubSpot and Salesforce take for a multiple choice), anything nested is JSON.  Nothing
// for what is missing, null, an empty text or an empty list.
std::optional<Scalar> ToScalar(const json::Value& value);

enum class ScalarType { kText, kNumber, kBoolean };

// `text` read as `type`; nothing when it is no such thing.
std::optional<Scalar> ParseScalar(std::string_view text, ScalarType type);

}  // namespace leadrelay::delivery
