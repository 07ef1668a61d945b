#include "services/delivery/connectors/airtable/records.h"

#include <algorithm>
#include <cctype>

#include "services/delivery/connectors/airtable/settings.h"

namespace leadrelay::delivery::airtable {
namespace {

// Of the record in the answer: the one thing by which ours is told from the others.
std::string Mark(const Record& wanted, const json::Value& record) {
  if (!wanted.id.empty()) return record.Find("id").StringOr("");
  return record.Find("fields").Find(wanted.key_field).AsText().value_or("");
}

// The one record of the answer that is `wanted`.
json::Value Matching(const Record& wanted, const std::vector<json::Value>& answered) {
  const std::string& mark = wanted.id.empty() ? wanted.key : wanted.id;
  json::Value found;
  for (const json::Value& record : answered) {
    if (Mark(wanted, record) != mark) continue;
    if (found.exists()) return {};
    found = record;
  }
  return found;
}

void WriteFields(json::Writer& writer, const Record& record) {
  writer.Key("fields").StartObject();
  for (const MappedField& cell : record.cells) {
    writer.Key(cell.field);
    Write(writer, cell.value);
  }
  if (!record.link.empty()) {
    writer.Key(record.link_field).StartArray().String(record.link).EndArray();
  }
  writer.EndObject();
}

}  // namespace

const Scalar* Find(const Cells& cells, std::string_view field) {
  const auto found = std::ranges::find(cells, field, &MappedField::field);
  return found == cells.end() ? nullptr : &found->value;
}

void Put(Cells& cells, std::string_view field, Scalar value) {
  const auto found = std::ranges::find(cells, field, &MappedField::field);
  if (found != cells.end()) {
    found->value = std::move(value);
  } else {
    cells.push_back({std::string(field), std::move(value)});
  }
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
  });
  return lower;
}

std::string WriteRecords(const std::vector<Record>& records, bool typecast) {
  const std::string& key_field = records.front().key_field;
  json::Writer writer;
  writer.StartObject();
  if (records.front().id.empty()) {
    writer.Key("performUpsert").StartObject().Key("fieldsToMergeOn").StartArray();
    writer.String(key_field).EndArray().EndObject();
  }
  if (typecast) writer.Member("typecast", true);
  if (IsFieldId(key_field)) writer.Member("returnFieldsByFieldId", true);
  writer.Key("records").StartArray();
  for (const Record& record : records) {
    writer.StartObject();
    if (!record.id.empty()) writer.Member("id", record.id);
    WriteFields(writer, record);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take();
}

std::vector<std::optional<Written>> ReadWritten(const std::vector<Record>& records,
                                                const json::Value& body) {
  const std::vector<json::Value> answered = body.Find("records").Elements();
  const std::vector<json::Value> created = body.Find("createdRecords").Elements();
  std::vector<std::optional<Written>> all;
  for (const Record& record : records) {
    json::Value found = Matching(record, answered);
    // A value may come back in another form than it went, "01" as 1.
    if (!found.exists() && records.size() == 1 && answered.size() == 1 && record.id.empty()) {
      found = answered.front();
    }
    std::optional<Written>& written = all.emplace_back();
    const std::string id = RecordId(found.Find("id"));
    if (id.empty()) continue;
    written = Written{id, false, found.Find("fields")};
    written->created = std::ranges::any_of(
        created, [&id](const json::Value& each) { return each.AsString() == id; });
  }
  return all;
}

std::string RecordId(const json::Value& value) {
  std::string id = value.StringOr("");
  const bool valid = id.starts_with("rec") && id.size() > 3 && id.size() <= 32 &&
                     std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
  return valid ? id : "";
}

}  // namespace leadrelay::delivery::airtable
