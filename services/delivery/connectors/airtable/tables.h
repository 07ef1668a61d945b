#pragma once
// The tables of a base as the meta API describes them.  Pure.
//
//   GET /v0/meta/bases/{base}/tables ->
//   {"tables":[{"id":"tbl..","name":"..","fields":[{"id","name","type","options"}]}]}

#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/connectors/airtable/settings.h"

namespace leadrelay::delivery::airtable {

struct Field {
  std::string id;
  std::string name;
  std::string type;                                          // "singleLineText"
  std::string linked_table;                                  // Id, of a link.
  std::vector<std::pair<std::string, std::string>> choices;  // {id, name} of a select.

  bool computed() const;   // Takes no values.
  bool mergeable() const;  // Upserts can merge on it.
};

struct Table {
  std::string id;
  std::string name;
  std::vector<Field> fields;

  const Field* Find(std::string_view id_or_name) const;  // Null: it has none.
};

std::string TablesUrl(const Settings& settings);
std::vector<Table> ReadTables(const json::Value& body);
const Table* FindTable(const std::vector<Table>& tables, std::string_view id_or_name);

}  // namespace leadrelay::delivery::airtable
