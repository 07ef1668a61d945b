#include "services/delivery/connectors/airtable/tables.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery::airtable {
namespace {

template <typename Range>
bool IsOneOf(const Range& range, std::string_view text) {
  return std::ranges::find(range, text) != range.end();
}

Field ReadField(const json::Value& value) {
  Field field;
  field.id = value.Find("id").StringOr("");
  field.name = value.Find("name").StringOr("");
  field.type = value.Find("type").StringOr("");
  const json::Value options = value.Find("options");
  field.linked_table = options.Find("linkedTableId").StringOr("");
  for (const json::Value& choice : options.Find("choices").Elements()) {
    field.choices.emplace_back(choice.Find("id").StringOr(""), choice.Find("name").StringOr(""));
  }
  return field;
}

}  // namespace

bool Field::computed() const {
  constexpr std::array<std::string_view, 11> kComputed = {"formula",
                                                          "rollup",
                                                          "count",
                                                          "lookup",
                                                          "multipleLookupValues",
                                                          "createdTime",
                                                          "lastModifiedTime",
                                                          "createdBy",
                                                          "lastModifiedBy",
                                                          "autoNumber",
                                                          "button"};
  return IsOneOf(kComputed, type);
}

bool Field::mergeable() const {
  // Airtable names the first six.  For the last two there are reports only, that they work.
  constexpr std::array<std::string_view, 8> kMergeable = {"number",
                                                          "singleLineText",
                                                          "multilineText",
                                                          "singleSelect",
                                                          "multipleSelects",
                                                          "date",
                                                          "email",
                                                          "phoneNumber"};
  return IsOneOf(kMergeable, type);
}

const Field* Table::Find(std::string_view id_or_name) const {
  for (const Field& field : fields) {
    if (field.id == id_or_name || field.name == id_or_name) return &field;
  }
  return nullptr;
}

std::string TablesUrl(const Settings& settings) {
  return absl::StrCat(settings.base_url, "/meta/bases/", settings.base_id, "/tables");
}

std::vector<Table> ReadTables(const json::Value& body) {
  std::vector<Table> tables;
  for (const json::Value& value : body.Find("tables").Elements()) {
    Table& table = tables.emplace_back();
    table.id = value.Find("id").StringOr("");
    table.name = value.Find("name").StringOr("");
    for (const json::Value& field : value.Find("fields").Elements()) {
      table.fields.push_back(ReadField(field));
    }
  }
  return tables;
}

const Table* FindTable(const std::vector<Table>& tables, std::string_view id_or_name) {
  for (const Table& table : tables) {
    if (table.id == id_or_name || table.name == id_or_name) return &table;
  }
  return nullptr;
}

}  // namespace leadrelay::delivery::airtable
