#include "services/delivery/connectors/zoho/records.h"

#include <algorithm>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace leadrelay::delivery::zoho {
namespace {

using Kind = RecordVerdict::Kind;

// Zoho takes date-times with an offset and without a fraction of a second; other text stays as it
// is.
std::string WithoutFraction(const std::string& text) {
  absl::Time time;
  std::string error;
  if (text.size() < 20 || text[10] != 'T' ||
      !absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return text;
  }
  const size_t fraction = text.find('.');
  if (fraction == std::string::npos) return text;
  const size_t offset = text.find_first_not_of("0123456789", fraction + 1);
  return offset == std::string::npos ? text : text.substr(0, fraction) + text.substr(offset);
}

std::string Json(const Scalar& value) {
  json::Writer writer;
  delivery::Write(writer, value);
  return writer.Take();
}

RecordVerdict VerdictOf(const json::Value& item) {
  if (IsError(item)) return {Kind::kFailed, "", false, ReadError(item)};
  const std::string id = IdOf(item.Find("details").Find("id"));
  if (id.empty()) return {};
  return {Kind::kWritten, id, item.Find("action").StringOr("insert") == "insert", {}};
}

}  // namespace

void Record::Put(std::string_view name, const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    const std::string exact = WithoutFraction(*text);
    return PutJson(name, Json(exact), exact);
  }
  PutJson(name, Json(value), ToText(value));
}

void Record::PutLookup(std::string_view name, std::string_view id) {
  json::Writer writer;
  writer.StartObject().Member("id", id).EndObject();
  PutJson(name, writer.Take(), std::string(id));
}

void Record::PutList(std::string_view name, std::string_view joined) {
  json::Writer writer;
  writer.StartArray();
  for (const std::string& part :
       std::vector<std::string>(absl::StrSplit(std::string(joined), ';'))) {
    if (!part.empty()) writer.String(part);
  }
  writer.EndArray();
  PutJson(name, writer.Take(), std::string(joined));
}

void Record::PutParent(std::string_view module, std::string_view id) {
  json::Writer writer;
  writer.StartObject().Key("module").StartObject().Member("api_name", module).EndObject();
  writer.Member("id", id).EndObject();
  PutJson("Parent_Id", writer.Take(), std::string(id));
}

void Record::PutJson(std::string_view name, std::string json, std::string text) {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  if (found == fields_.end()) {
    fields_.push_back({std::string(name), std::move(json), std::move(text)});
  } else {
    found->json = std::move(json);
    found->text = std::move(text);
  }
}

void Record::Drop(std::string_view name) {
  std::erase_if(fields_, [name](const Field& field) { return field.name == name; });
}

void Record::Take(const Record& other) {
  for (const Field& field : other.fields_) PutJson(field.name, field.json, field.text);
}

const Record::Field* Record::Find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &*found;
}

std::string Record::Text(std::string_view name) const {
  const Field* field = Find(name);
  return field == nullptr ? "" : field->text;
}

void Record::Write(json::Writer& writer) const {
  writer.StartObject();
  for (const Field& field : fields_) writer.Key(field.name).Raw(field.json);
  writer.EndObject();
}

std::string WriteRecords(const std::vector<Record>& records, const Envelope& envelope) {
  json::Writer writer;
  writer.StartObject().Key("data").StartArray();
  for (const Record& record : records) record.Write(writer);
  writer.EndArray();
  if (!envelope.duplicate_check_fields.empty()) {
    writer.Key("duplicate_check_fields").StartArray();
    for (const std::string& field : envelope.duplicate_check_fields) writer.String(field);
    writer.EndArray();
  }
  if (!envelope.workflows) writer.Key("trigger").StartArray().EndArray();
  writer.EndObject();
  return writer.Take();
}

std::vector<RecordVerdict> ReadVerdicts(size_t count, const json::Value& body) {
  const std::vector<json::Value> items = body.Find("data").Elements();
  std::vector<RecordVerdict> silent(count);
  if (items.size() != count) return silent;
  std::vector<RecordVerdict> verdicts;
  for (size_t i = 0; i < count; ++i) {
    verdicts.push_back(VerdictOf(items[i]));
    const std::optional<size_t> place = verdicts.back().error.record;
    if (place.has_value() && *place != i) return silent;
  }
  return verdicts;
}

}  // namespace leadrelay::delivery::zoho
