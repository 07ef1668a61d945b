#include "tests/sandbox/systems/airtable/base.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace leadrelay::sandbox::airtable {
namespace {

Field Make(const std::string& id, const char* name, const char* type) {
  return {id, name, type, "", {}};
}

std::vector<Field> MakeFields(const std::string& prefix,
                              const std::vector<std::pair<const char*, const char*>>& list) {
  std::vector<Field> fields;
  for (const auto& [name, type] : list) {
    fields.push_back(Make(absl::StrFormat("fld%s%09d", prefix, fields.size() + 1), name, type));
  }
  return fields;
}

std::string AsJsonText(std::string_view text) {
  return json::Writer().String(text).Take();
}

Fault NotAccepted(const Field& field) {
  return {422,
          "INVALID_VALUE_FOR_COLUMN",
          absl::StrCat("Field \"", field.name, "\" cannot accept the provided value")};
}

}  // namespace

Field* Table::FindField(std::string_view id_or_name) {
  for (Field& field : fields) {
    if (field.id == id_or_name || field.name == id_or_name) return &field;
  }
  return nullptr;
}

Record* Table::FindRecord(std::string_view record_id) {
  for (Record& record : records) {
    if (record.id == record_id) return &record;
  }
  return nullptr;
}

Base::Base() {
  Table& people = tables_.emplace_back();
  people.id = "tblPeople00000001";
  people.name = "People";
  people.fields = MakeFields("Peopl",
                             {{"Name", "singleLineText"},
                              {"Email", "singleLineText"},
                              {"Phone", "singleLineText"},
                              {"Company", "singleLineText"},
                              {"Notes", "multilineText"},
                              {"Score", "number"},
                              {"Source", "singleSelect"},
                              {"Consent", "checkbox"},
                              {"Delivery ID", "singleLineText"},
                              {"Created", "createdTime"}});
  people.FindField("Source")->choices = {"Website", "Fair"};

  Table& deals = tables_.emplace_back();
  deals.id = "tblDeals000000001";
  deals.name = "Deals";
  deals.fields = MakeFields("Deals",
                            {{"Name", "singleLineText"},
                             {"Value", "number"},
                             {"Currency", "singleLineText"},
                             {"Stage", "singleSelect"},
                             {"Close date", "date"},
                             {"Delivery ID", "singleLineText"},
                             {"Person", "multipleRecordLinks"}});
  deals.FindField("Stage")->choices = {"New", "Qualified", "Demo", "Proposal", "Won", "Lost"};
  deals.FindField("Person")->linked_table = "tblPeople00000001";

  Table& tasks = tables_.emplace_back();
  tasks.id = "tblTasks000000001";
  tasks.name = "To do";
  tasks.fields = MakeFields("Tasks",
                            {{"Name", "singleLineText"},
                             {"Notes", "multilineText"},
                             {"Due", "date"},
                             {"Delivery ID", "singleLineText"},
                             {"Person", "multipleRecordLinks"}});
  tasks.FindField("Person")->linked_table = "tblPeople00000001";
}

Table* Base::Find(std::string_view id_or_name) {
  for (Table& table : tables_) {
    if (table.id == id_or_name || table.name == id_or_name) return &table;
  }
  return nullptr;
}

std::optional<Cells> Base::Read(Table& table,
                                const json::Value& fields,
                                bool typecast,
                                Fault& fault) {
  Cells cells;
  for (const json::Value::Member& member : fields.Members()) {
    Field* field = table.FindField(member.key);
    if (field == nullptr) {
      fault = {422,
               "UNKNOWN_FIELD_NAME",
               absl::StrCat("Unknown field name: \"", std::string(member.key), "\"")};
      return std::nullopt;
    }
    std::optional<std::string> cell = ReadCell(*field, member.value, typecast, fault);
    if (!cell.has_value()) return std::nullopt;
    if (field->type == "singleSelect") {
      const std::string choice = TextOf(*cell);
      if (std::ranges::find(field->choices, choice) == field->choices.end()) {
        if (!typecast) {
          fault = {422,
                   "INVALID_MULTIPLE_CHOICE_OPTIONS",
                   absl::StrCat(
                       "Insufficient permissions to create new select option \"", choice, "\"")};
          return std::nullopt;
        }
        field->choices.push_back(choice);
      }
    }
    cells[field->name] = *cell;
  }
  return cells;
}

std::optional<std::string> Base::ReadCell(const Field& field,
                                          const json::Value& value,
                                          bool typecast,
                                          Fault& fault) {
  if (field.type == "createdTime") {
    fault = {422,
             "INVALID_VALUE_FOR_COLUMN",
             absl::StrCat(
                 "Field \"", field.name, "\" cannot accept a value because the field is computed")};
    return std::nullopt;
  }
  fault = NotAccepted(field);
  if (value.IsNull()) return "null";
  if (field.type == "multipleRecordLinks") {
    if (!value.IsArray()) return std::nullopt;
    for (const json::Value& id : value.Elements()) {
      Table* linked = Find(field.linked_table);
      if (linked->FindRecord(id.StringOr("")) != nullptr) continue;
      fault = {422,
               "ROW_DOES_NOT_EXIST",
               absl::StrCat("Record ID ", id.StringOr(""), " does not exist")};
      return std::nullopt;
    }
    return value.ToJson();
  }
  const std::optional<std::string> text = value.AsText();
  if (!text.has_value()) return std::nullopt;
  if (field.type == "number") {
    if (value.type() == json::Type::kNumber) return value.ToJson();
    char* end = nullptr;
    std::strtod(text->c_str(), &end);
    if (!typecast || text->empty() || *end != '\0') return std::nullopt;
    return *text;
  }
  if (field.type == "checkbox") {
    if (value.type() == json::Type::kBool) return value.ToJson();
    return std::nullopt;
  }
  if (!value.IsString() && !typecast) return std::nullopt;
  return AsJsonText(*text);
}

Record& Base::Add(Table& table, Cells cells, absl::Time now) {
  Record& record = table.records.emplace_back();
  record.id = absl::StrFormat("rec%014d", next_id_++);
  record.created_at = now;
  record.cells = std::move(cells);
  return record;
}

std::string TextOf(const std::string& cell) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(cell);
  return document.ok() ? document->root().AsText().value_or("") : "";
}

void Write(const Table& table,
           const Record& record,
           bool by_id,
           json::Writer& writer,
           const std::vector<std::string>& names) {
  writer.StartObject().Member("id", record.id);
  writer.Member("createdTime",
                absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", record.created_at, absl::UTCTimeZone()));
  writer.Key("fields").StartObject();
  for (const Field& field : table.fields) {
    const auto cell = record.cells.find(field.name);
    // Empty cells are left out.
    if (cell == record.cells.end() || cell->second == "null" || cell->second == "\"\"") continue;
    const bool wanted = names.empty() || std::ranges::find(names, field.name) != names.end() ||
                        std::ranges::find(names, field.id) != names.end();
    if (!wanted) continue;
    writer.Key(by_id ? field.id : field.name).Raw(cell->second);
  }
  writer.EndObject().EndObject();
}

std::string Describe(const Base& base) {
  json::Writer writer;
  writer.StartObject().Key("tables").StartArray();
  for (const Table& table : base.tables()) {
    writer.StartObject().Member("id", table.id).Member("name", table.name);
    writer.Member("primaryFieldId", table.fields.front().id).Key("fields").StartArray();
    for (const Field& field : table.fields) {
      writer.StartObject().Member("id", field.id).Member("name", field.name);
      writer.Member("type", field.type).Key("options").StartObject();
      if (!field.linked_table.empty()) writer.Member("linkedTableId", field.linked_table);
      if (!field.choices.empty()) {
        writer.Key("choices").StartArray();
        for (const std::string& choice : field.choices) {
          writer.StartObject().Member("id", "sel" + choice).Member("name", choice).EndObject();
        }
        writer.EndArray();
      }
      writer.EndObject().EndObject();
    }
    writer.EndArray().Key("views").StartArray().EndArray().EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take();
}

}  // namespace leadrelay::sandbox::airtable
