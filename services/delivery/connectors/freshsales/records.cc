#include "services/delivery/connectors/freshsales/records.h"

#include <algorithm>
#include <cctype>

#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::freshsales {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string LowerCase(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

Fields Map(const Mapping& mapping, const Job& job) {
  Fields fields;
  for (const auto& [field, value] : mapping.Apply(FactsOf(job))) {
    fields.emplace_back(field, field == kEmails ? LowerCase(ToText(value)) : ToText(value));
  }
  return fields;
}

std::string Find(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
  return found == fields.end() ? "" : found->second;
}

void Put(Fields& fields, std::string_view name, std::string value) {
  const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
  if (found == fields.end()) {
    fields.emplace_back(std::string(name), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void Drop(Fields& fields, std::string_view name) {
  std::erase_if(fields, [name](const auto& field) { return field.first == name; });
}

// external_id and the like are texts, although they end so.
bool IsSelect(std::string_view field) {
  return field.ends_with("_id") && field != "external_id";
}

// The mapped fields of a deal, its words for stage and currency put into ids.
Fields DealFieldsOf(const Job& job, const Settings& settings, std::string_view stage_id) {
  Fields fields = Map(settings.deal, job);
  Drop(fields, "deal_stage_id");
  const std::string stage = StageOf(job, settings);
  const std::string id = IsId(stage) ? stage : std::string(stage_id);
  if (!id.empty()) Put(fields, "deal_stage_id", id);
  const auto currency = settings.currencies.find(Find(fields, "currency_id"));
  if (currency != settings.currencies.end()) {
    Put(fields, "currency_id", currency->second);
  } else if (!IsId(Find(fields, "currency_id"))) {
    Drop(fields, "currency_id");
  }
  return fields;
}

// Tasks are due at a time; of a day, its noon.  One without a day is due a day after its lead came.
std::string DueOf(const std::string& due, const Job& job) {
  if (due.empty()) return FormatInstant(job.accepted_at + absl::Hours(24));
  return due.size() == std::string_view("2026-09-01").size() ? due + "T12:00:00Z" : due;
}

void WriteTarget(const Job& job, json::Writer& writer) {
  writer.Member("targetable_type", "Contact");
  WriteFields({{"targetable_id", Get(job.progress, kContactId)}}, writer);
}

}  // namespace

std::optional<Identifier> IdentifierOf(const Job& job, const Settings& settings) {
  const Fields fields = Map(settings.contact, job);
  for (const std::string& name : {settings.id_field, std::string(kEmails)}) {
    std::string value = Find(fields, name);
    if (!value.empty()) return Identifier{name, std::move(value)};
  }
  return std::nullopt;
}

std::string EmailOf(const Job& job, const Settings& settings) {
  const std::optional<Identifier> identifier = IdentifierOf(job, settings);
  return identifier.has_value() && identifier->field == kEmails ? identifier->value : "";
}

std::string StageOf(const Job& job, const Settings& settings) {
  const std::string word = Find(Map(settings.deal, job), "deal_stage_id");
  if (word.empty()) return WantsDealMove(job.lead) ? "" : settings.deal_stage;
  const auto known = settings.deal_stages.find(word);
  return known == settings.deal_stages.end() ? word : known->second;
}

std::string DealNameOf(const Job& job, const Settings& settings) {
  std::string name = Find(Map(settings.deal, job), "name");
  for (const char* path : {"name", "company"}) {
    if (name.empty()) name = job.lead.Find(path).StringOr("");
  }
  return name.empty() ? absl::StrCat("Lead ", job.lead_id) : name;
}

bool KnowsCurrency(const Job& job, const Settings& settings) {
  const std::string word = Find(Map(settings.deal, job), "currency_id");
  return word.empty() || settings.currencies.empty() || settings.currencies.contains(word) ||
         IsId(word);
}

void WriteFields(const Fields& fields, json::Writer& writer) {
  for (const auto& [field, value] : fields) {
    if (IsCustomField(field)) continue;
    if (IsSelect(field) && IsId(value)) {
      writer.Member(field, static_cast<int64_t>(std::stoll(value)));
    } else {
      writer.Member(field, value);
    }
  }
  const auto is_custom = [](const auto& field) { return IsCustomField(field.first); };
  if (std::ranges::none_of(fields, is_custom)) return;
  writer.Key("custom_field").StartObject();
  for (const auto& [field, value] : fields) {
    if (IsCustomField(field)) writer.Member(field, value);
  }
  writer.EndObject();
}

std::string ContactBody(const Job& job, const Settings& settings) {
  const std::optional<Identifier> identifier = IdentifierOf(job, settings);
  json::Writer writer;
  writer.StartObject().Key("unique_identifier").StartObject();
  if (identifier.has_value()) writer.Member(identifier->field, identifier->value);
  writer.EndObject().Key("contact").StartObject();
  WriteFields(Map(settings.contact, job), writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

void WriteContactButEmail(const Job& job, const Settings& settings, json::Writer& writer) {
  Fields fields = Map(settings.contact, job);
  Drop(fields, kEmails);
  WriteFields(fields, writer);
}

std::string NewDealBody(const Job& job, const Settings& settings, std::string_view stage_id) {
  Fields fields = DealFieldsOf(job, settings, stage_id);
  Put(fields, "name", DealNameOf(job, settings));
  if (!settings.deal_pipeline.empty()) Put(fields, "deal_pipeline_id", settings.deal_pipeline);
  // What the mapping says of it counts.
  if (Has(job.progress, kAccountId) && Find(fields, "sales_account_id").empty()) {
    Put(fields, "sales_account_id", Get(job.progress, kAccountId));
  }
  json::Writer writer;
  writer.StartObject().Key("deal").StartObject();
  WriteFields(fields, writer);
  writer.Key("contacts_added_list").StartArray();
  writer.Int(std::stoll(Get(job.progress, kContactId))).EndArray();
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string MovedDealBody(const Job& job, const Settings& settings, std::string_view stage_id) {
  Fields fields = DealFieldsOf(job, settings, stage_id);
  Drop(fields, "name");
  json::Writer writer;
  writer.StartObject().Key("deal").StartObject();
  WriteFields(fields, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string NoteBody(const Job& job) {
  json::Writer writer;
  writer.StartObject().Key("note").StartObject();
  writer.Member("description", WithReference(job.lead.Find("note").StringOr(""), job));
  WriteTarget(job, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

std::string TaskBody(const Job& job, const Settings& settings) {
  Fields fields = Map(settings.task, job);
  Put(fields, "description", WithReference(Find(fields, "description"), job));
  Put(fields, "due_date", DueOf(Find(fields, "due_date"), job));
  json::Writer writer;
  writer.StartObject().Key("task").StartObject();
  WriteFields(fields, writer);
  WriteTarget(job, writer);
  writer.EndObject().EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::freshsales
