#include "services/delivery/connectors/activecampaign/records.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::activecampaign {
namespace {

constexpr double kLargestValue = 1e15;  // In whole units: its cents are exact in 64 bits.

std::optional<Scalar> Mapped(const Mapping& mapping, const Job& job, std::string_view field) {
  for (MappedField& each : mapping.Apply(FactsOf(job))) {
    if (each.field == field) return std::move(each.value);
  }
  return std::nullopt;
}

std::string MappedText(const Mapping& mapping, const Job& job, std::string_view field) {
  const std::optional<Scalar> value = Mapped(mapping, job, field);
  return value.has_value() ? ToText(*value) : "";
}

std::optional<int64_t> Cents(const Scalar& value) {
  const std::optional<Scalar> number = ParseScalar(ToText(value), ScalarType::kNumber);
  if (!number.has_value()) return std::nullopt;
  double units = 0;
  if (const auto* whole = std::get_if<int64_t>(&*number)) units = static_cast<double>(*whole);
  if (const auto* fraction = std::get_if<double>(&*number)) units = *fraction;
  if (!(units >= 0 && units <= kLargestValue)) return std::nullopt;
  return std::llround(units * 100);
}

// "red;blue", as a mapping joins a list, is "||red||blue||" to a field of several choices.
std::string Choices(const std::string& text) {
  const std::vector<std::string> choices = absl::StrSplit(text, ';', absl::SkipEmpty());
  return absl::StrCat("||", absl::StrJoin(choices, "||"), "||");
}

// Some ids are numbers in the reference's requests, and some are texts.
void WriteNumber(std::string_view key, const std::string& id, json::Writer& writer) {
  if (IsId(id)) {
    writer.Member(key, static_cast<int64_t>(std::stoll(id)));
  } else {
    writer.Member(key, id);
  }
}

// A deal's fields but for its stage, whose word means nothing to ActiveCampaign.
void WriteDealFields(const Job& job, const Settings& settings, bool is_new, json::Writer& writer) {
  const std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  for (const auto& [field, value] : fields) {
    if (field == "stage" || field == "title" || field == "description" || IsId(field)) continue;
    if (field == "value") {
      writer.Member(field, Cents(value).value_or(0));
    } else {
      writer.Member(field, field == "currency" ? LowerCase(ToText(value)) : ToText(value));
    }
  }
  const auto filled = [&fields](std::string_view name) {
    return std::ranges::find(fields, name, &MappedField::field) != fields.end();
  };
  // Both are required of a new one.
  if (is_new && !filled("value")) writer.Member("value", 0);
  if (is_new && !filled("currency")) writer.Member("currency", LowerCase(settings.deal_currency));
  if (std::ranges::none_of(fields, IsId, &MappedField::field)) return;
  writer.Key("fields").StartArray();
  for (const auto& [field, value] : fields) {
    if (!IsId(field)) continue;
    writer.StartObject();
    writer.Key("customFieldId").Int(std::stoll(field)).Member("fieldValue", ToText(value));
    writer.EndObject();
  }
  writer.EndArray();
}

// Status 0 is open, 1 won, 2 lost.
void WriteStage(std::string_view stage, std::string_view stage_id, json::Writer& writer) {
  if (stage == kWon || stage == kLost) {
    writer.Member("status", stage == kWon ? 1 : 2);
    return;
  }
  const std::string_view id = IsId(stage) ? stage : stage_id;
  if (!id.empty()) writer.Member("stage", std::string(id));
  writer.Member("status", 0);
}

}  // namespace

std::string ListKey(std::string_view list) {
  return absl::StrCat("list_", std::string(list));
}

std::string TagKey(std::string_view tag) {
  return absl::StrCat("tag_", std::string(tag));
}

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string EmailOf(const Job& job, const Settings& settings) {
  return LowerCase(MappedText(settings.contact, job, "email"));
}

bool Subscribes(const Job& job) {
  return OperationOf(job.lead) == Operation::kLead && job.lead.Find("consent_given").BoolOr(false);
}

bool GetsTags(const Job& job) {
  return OperationOf(job.lead) == Operation::kLead;
}

std::string FieldText(const std::string& field, const Scalar& value, const Settings& settings) {
  const std::string text = ToText(value);
  return settings.choice_fields.contains(field) ? Choices(text) : text;
}

std::string ContactBody(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = settings.contact.Apply(FactsOf(job));
  json::Writer writer;
  writer.StartObject().Key("contact").StartObject();
  for (const auto& [field, value] : fields) {
    if (IsId(field)) continue;
    writer.Member(field, field == "email" ? LowerCase(ToText(value)) : ToText(value));
  }
  if (std::ranges::any_of(fields, IsId, &MappedField::field)) {
    writer.Key("fieldValues").StartArray();
    for (const auto& [field, value] : fields) {
      if (!IsId(field)) continue;
      writer.StartObject().Member("field", field);
      writer.Member("value", FieldText(field, value, settings)).EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string SubscribeBody(const Job& job, std::string_view list) {
  json::Writer writer;
  writer.StartObject().Key("contactList").StartObject();
  writer.Member("list", std::string(list)).Member("contact", Get(job.progress, kContactId));
  writer.Member("status", "1").EndObject().EndObject();
  return writer.Take();
}

std::string TagBody(const Job& job, std::string_view tag) {
  json::Writer writer;
  writer.StartObject().Key("contactTag").StartObject();
  WriteNumber("contact", Get(job.progress, kContactId), writer);
  WriteNumber("tag", std::string(tag), writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string NoteBody(const Job& job) {
  json::Writer writer;
  writer.StartObject().Key("note").StartObject();
  writer.Member("note", WithReference(job.lead.Find("note").StringOr(""), job));
  WriteNumber("relid", Get(job.progress, kContactId), writer);
  writer.Member("reltype", "Subscriber");
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string TaskBody(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject().Key("dealTask").StartObject();
  std::string text;
  bool has_due = false;
  bool has_type = false;
  for (const auto& [field, value] : settings.task.Apply(FactsOf(job))) {
    has_due = has_due || field == "duedate";
    has_type = has_type || field == "dealTasktype";
    if (field == "note") {
      text = ToText(value);
    } else if (field == "title" || field == "duedate") {
      writer.Member(field, ToText(value));
    } else {
      WriteNumber(field, ToText(value), writer);
    }
  }
  // Required: a task without a day is due when its lead came.
  if (!has_due) {
    writer.Member("duedate", absl::FormatTime("%Y-%m-%d", job.accepted_at, absl::UTCTimeZone()));
  }
  if (!has_type) WriteNumber("dealTasktype", settings.task_type, writer);
  writer.Member("note", WithReference(text, job)).Member("ownerType", "contact");
  WriteNumber("relid", Get(job.progress, kContactId), writer);
  writer.Member("status", 0);
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string StageOf(const Job& job, const Settings& settings) {
  const std::string word = MappedText(settings.deal, job, "stage");
  if (word.empty()) return WantsDealMove(job.lead) ? "" : settings.deal_stage;
  const auto known = settings.deal_stages.find(word);
  return known == settings.deal_stages.end() ? word : known->second;
}

bool IsTitle(std::string_view stage) {
  return !stage.empty() && stage != kWon && stage != kLost && stage != kFirst && !IsId(stage);
}

std::string DealTitleOf(const Job& job, const Settings& settings) {
  std::string title = MappedText(settings.deal, job, "title");
  for (const char* path : {"name", "company"}) {
    if (title.empty()) title = job.lead.Find(path).StringOr("");
  }
  return title.empty() ? absl::StrCat("Lead ", job.lead_id) : title;
}

bool HasUsableValue(const Job& job, const Settings& settings) {
  const std::optional<Scalar> value = Mapped(settings.deal, job, "value");
  return !value.has_value() || Cents(*value).has_value();
}

std::string NewDealBody(const Job& job, const Settings& settings, std::string_view stage_id) {
  json::Writer writer;
  writer.StartObject().Key("deal").StartObject();
  writer.Member("title", DealTitleOf(job, settings));
  writer.Member("description", WithReference(MappedText(settings.deal, job, "description"), job));
  writer.Member("contact", Get(job.progress, kContactId)).Member("group", settings.deal_pipeline);
  WriteStage(StageOf(job, settings), stage_id, writer);
  WriteDealFields(job, settings, true, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string MovedDealBody(const Job& job, const Settings& settings, std::string_view stage_id) {
  const std::string stage = StageOf(job, settings);
  json::Writer writer;
  writer.StartObject().Key("deal").StartObject();
  if (!stage.empty()) WriteStage(stage, stage_id, writer);
  WriteDealFields(job, settings, false, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::activecampaign
