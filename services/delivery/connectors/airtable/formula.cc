#include "services/delivery/connectors/airtable/formula.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery::airtable {
namespace {

std::string Escaped(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string Quoted(std::string_view value) {
  return absl::StrCat("\"", Escaped(value, "\\\""), "\"");
}

std::string FieldReference(std::string_view field) {
  return absl::StrCat("{", Escaped(field, "}"), "}");
}

std::string Equals(std::string_view field, std::string_view value) {
  return absl::StrCat(FieldReference(field), "=", Quoted(value));
}

std::string Contains(std::string_view field, std::string_view value) {
  // The empty text makes a text of a number or a list.
  return absl::StrCat("FIND(LOWER(", Quoted(value), "),LOWER(", FieldReference(field), "&\"\"))>0");
}

}  // namespace leadrelay::delivery::airtable
