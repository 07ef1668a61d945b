#pragma once
// The part of Airtable's formula language that filters use: texts, numbers, {fields}, &, =, >, <,
// AND, OR, NOT, LOWER, FIND, TRUE, FALSE and RECORD_ID.  Pure.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace leadrelay::sandbox::airtable {

// The value of a field as text; nothing when the table has no such field.
using FieldText = std::function<std::optional<std::string>(const std::string& field)>;

// Whether the record passes; nothing when the formula is none.
std::optional<bool> Passes(std::string_view formula,
                           const std::string& record_id,
                           const FieldText& field);

}  // namespace leadrelay::sandbox::airtable
