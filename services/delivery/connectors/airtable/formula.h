#pragma once
// Formulas for filterByFormula: the only place that puts values into them.  Pure.
// Facts: "Formula field reference" of support.airtable.com; escapes as pyairtable has them.

#include <string>
#include <string_view>

namespace leadrelay::delivery::airtable {

// "Ann \"A\"": a text literal.  Whatever stands in `value` is text and nothing else.
std::string Quoted(std::string_view value);
std::string FieldReference(std::string_view field);  // {Close date}

// The field is exactly this text.
std::string Equals(std::string_view field, std::string_view value);
// The field, whatever its type, has this text in it; case does not count.
std::string Contains(std::string_view field, std::string_view value);

}  // namespace leadrelay::delivery::airtable
