#include "services/delivery/connectors/pipedrive/fields.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_split.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr size_t kKeyLength = 40;
constexpr std::string_view kLabels = "label_ids";

bool IsNumber(std::string_view field) {
  constexpr std::array<std::string_view, 9> kNumbers = {"amount",
                                                        "channel",
                                                        "org_id",
                                                        "owner_id",
                                                        "pipeline_id",
                                                        "probability",
                                                        "stage_id",
                                                        "value",
                                                        "visible_to"};
  return std::ranges::find(kNumbers, field) != kNumbers.end();
}

Scalar AsNumber(const Scalar& scalar) {
  const auto* text = std::get_if<std::string>(&scalar);
  return text == nullptr ? scalar : ParseScalar(*text, ScalarType::kNumber).value_or(scalar);
}

// A list of values reaches us as "1;2".
void WriteList(json::Writer& writer, const MappedField& field, bool numbers) {
  writer.Key(field.field).StartArray();
  const std::vector<std::string> parts =
      absl::StrSplit(ToText(field.value), ';', absl::SkipEmpty());
  for (const std::string& part : parts) {
    Write(writer, numbers ? AsNumber(part) : Scalar(part));
  }
  writer.EndArray();
}

}  // namespace

const std::vector<FieldFact>& PersonFields() {
  static const std::vector<FieldFact> fields = {{"name"},
                                                {"email"},
                                                {"phone"},
                                                {"organization"},
                                                {"org_id"},
                                                {"owner_id"},
                                                {"label_ids"},
                                                {"visible_to"},
                                                {"marketing_status"},
                                                {"job_title"},
                                                {"birthday"},
                                                {"notes"},
                                                {"id", true},
                                                {"first_name", true},
                                                {"last_name", true},
                                                {"add_time", true},
                                                {"update_time", true}};
  return fields;
}

const std::vector<FieldFact>& DealFields() {
  static const std::vector<FieldFact> fields = {{"title"},
                                                {"value"},
                                                {"currency"},
                                                {"stage"},
                                                {"stage_id"},
                                                {"pipeline_id"},
                                                {"expected_close_date"},
                                                {"owner_id"},
                                                {"label_ids"},
                                                {"probability"},
                                                {"visible_to"},
                                                {"id", true},
                                                {"person_id", true},
                                                {"org_id", true},
                                                {"status", true},
                                                {"add_time", true},
                                                {"update_time", true}};
  return fields;
}

const std::vector<FieldFact>& InboxLeadFields() {
  static const std::vector<FieldFact> fields = {{"title"},
                                                {"value"},
                                                {"currency"},
                                                {"expected_close_date"},
                                                {"owner_id"},
                                                {"label_ids"},
                                                {"visible_to"},
                                                {"channel"},
                                                {"channel_id"},
                                                {"was_seen"},
                                                {"id", true},
                                                {"person_id", true},
                                                {"organization_id", true},
                                                {"origin_id", true},
                                                {"add_time", true},
                                                {"update_time", true}};
  return fields;
}

bool IsCustom(std::string_view field) {
  return field.size() == kKeyLength && std::ranges::all_of(field, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void WriteField(json::Writer& writer, const MappedField& field) {
  if (field.field == kLabels) return WriteList(writer, field, true);
  writer.Key(field.field);
  Write(writer, IsNumber(field.field) ? AsNumber(field.value) : field.value);
}

void WriteInboxField(json::Writer& writer, const MappedField& field) {
  if (field.field == kLabels) return WriteList(writer, field, false);
  if (field.field == "visible_to") {
    writer.Member(field.field, ToText(field.value));
    return;
  }
  WriteField(writer, field);
}

const Scalar* Find(const std::vector<MappedField>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &MappedField::field);
  return found == fields.end() ? nullptr : &found->value;
}

std::string TextOf(const std::vector<MappedField>& fields, std::string_view name) {
  const Scalar* value = Find(fields, name);
  return value == nullptr ? "" : ToText(*value);
}

}  // namespace leadrelay::delivery::pipedrive
