#pragma once
// Base: tables with their fields and records, and what Airtable takes for a cell.  Pure.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::sandbox::airtable {

// Why a request is refused, as the CRM says it.
struct Fault {
  int status = 422;
  std::string type;
  std::string message;
};

struct Field {
  std::string id;
  std::string name;
  std::string type;
  std::string linked_table;
  std::vector<std::string> choices;
};

using Cells = std::map<std::string, std::string>;  // By name of the field: the value in JSON.

struct Record {
  std::string id;
  absl::Time created_at;
  Cells cells;
};

struct Table {
  std::string id;
  std::string name;
  std::vector<Field> fields;
  std::vector<Record> records;

  Field* FindField(std::string_view id_or_name);
  Record* FindRecord(std::string_view id);
};

class Base {
 public:
  Base();

  std::vector<Table>& tables() { return tables_; }
  const std::vector<Table>& tables() const { return tables_; }
  Table* Find(std::string_view id_or_name);

  // The cells that `fields` writes; nothing, with the fault, when one of them cannot be.
  std::optional<Cells> Read(Table& table, const json::Value& fields, bool typecast, Fault& fault);
  // Only what passed Read() is written.
  Record& Add(Table& table, Cells cells, absl::Time now);

 private:
  std::optional<std::string> ReadCell(const Field& field,
                                      const json::Value& value,
                                      bool typecast,
                                      Fault& fault);

  std::vector<Table> tables_;
  int64_t next_id_ = 1;
};

std::string TextOf(const std::string& cell);  // Of a value in JSON.

// {"id":..,"createdTime":..,"fields":{..}}; the cells of `names` alone, when there are any.
void Write(const Table& table,
           const Record& record,
           bool by_id,
           json::Writer& writer,
           const std::vector<std::string>& names = {});
// {"tables":[..]} as the meta API describes them.
std::string Describe(const Base& base);

}  // namespace leadrelay::sandbox::airtable
