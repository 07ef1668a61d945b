#include "services/delivery/connectors/pipedrive/deal_records.h"

#include "services/delivery/connectors/pipedrive/fields.h"

namespace leadrelay::delivery::pipedrive {
namespace {

// Without what is written apart.
std::vector<MappedField> FieldsOf(const Job& job, const Settings& settings) {
  std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  std::erase_if(fields, [](const MappedField& field) {
    return field.field == "stage" || field.field == "title" || field.field == "pipeline_id";
  });
  std::erase_if(fields,
                [&](const MappedField& field) { return field.field == settings.deal_key_field; });
  return fields;
}

// The same with the delivery id, by which a new record is found again.
std::vector<MappedField> NewFieldsOf(const Job& job, const Settings& settings) {
  std::vector<MappedField> fields = FieldsOf(job, settings);
  if (!settings.deal_key_field.empty()) {
    fields.push_back({settings.deal_key_field, job.delivery_id});
  }
  return fields;
}

}  // namespace

Stage StageOf(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  Stage stage;
  const std::string word = TextOf(fields, "stage");
  if (word.empty() || Find(fields, "stage_id") != nullptr) return stage;
  const auto known = settings.deal_stages.find(word);
  const std::string& target = known == settings.deal_stages.end() ? word : known->second;
  if (target == "won" || target == "lost") {
    stage.status = target;
  } else if (IsId(target)) {
    stage.id = target;
  } else if (Has(job.scratch, kStageId)) {
    stage.id = Get(job.scratch, kStageId);
  } else {
    // A new deal begins at the first stage by itself.
    stage.unknown = !target.empty() || WantsDealMove(job.lead);
    stage.name = target;
  }
  return stage;
}

std::string PipelineOf(const Job& job, const Settings& settings) {
  if (Has(job.scratch, kDealPipeline)) return Get(job.scratch, kDealPipeline);
  std::string mapped = TextOf(settings.deal.Apply(FactsOf(job)), "pipeline_id");
  if (IsId(mapped)) return mapped;
  return settings.deal_pipeline == 0 ? "" : absl::StrCat(settings.deal_pipeline);
}

bool WantsDeal(const Job& job, const Settings& settings) {
  return settings.deals == Deals::kDeals && WantsNewDeal(job.lead);
}

bool WantsInboxLead(const Job& job, const Settings& settings) {
  return settings.deals == Deals::kInboxLeads && WantsNewDeal(job.lead);
}

bool WantsMove(const Job& job, const Settings& settings) {
  return settings.deals == Deals::kDeals && WantsDealMove(job.lead);
}

std::string DealTitle(const Job& job, const Settings& settings) {
  std::string title = TextOf(settings.deal.Apply(FactsOf(job)), "title");
  if (!title.empty()) return title;
  for (const char* path : {"name", "company"}) {
    std::string name = job.lead.Find(path).StringOr("");
    if (!name.empty()) return name;
  }
  return absl::StrCat("Lead ", job.lead_id);
}

std::string NewDealBody(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = NewFieldsOf(job, settings);
  const Stage stage = StageOf(job, settings);
  json::Writer writer;
  writer.StartObject();
  writer.Member("title", DealTitle(job, settings));
  WriteId(writer, "person_id", Get(job.progress, kPersonId));
  WriteId(writer, "org_id", Get(job.progress, kOrganizationId));
  WriteId(writer, "stage_id", stage.id);
  // A stage decides the pipeline.
  const bool staged = !stage.id.empty() || Find(fields, "stage_id") != nullptr;
  if (!staged) WriteId(writer, "pipeline_id", PipelineOf(job, settings));
  if (!stage.status.empty()) writer.Member("status", stage.status);
  WriteFields(writer, fields);
  writer.EndObject();
  return writer.Take();
}

std::string DealPatch(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = FieldsOf(job, settings);
  const Stage stage = StageOf(job, settings);
  json::Writer writer;
  writer.StartObject();
  WriteId(writer, "stage_id", stage.id);
  if (!stage.status.empty() || !stage.id.empty()) {
    // A stage is for open deals: one that was closed is opened again.
    writer.Member("status", stage.status.empty() ? "open" : stage.status);
  }
  WriteFields(writer, fields);
  writer.EndObject();
  const std::string body = writer.Take();
  return body == "{}" ? "" : body;
}

std::string NewInboxLeadBody(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = NewFieldsOf(job, settings);
  json::Writer writer;
  writer.StartObject();
  writer.Member("title", DealTitle(job, settings));
  WriteId(writer, "person_id", Get(job.progress, kPersonId));
  WriteId(writer, "organization_id", Get(job.progress, kOrganizationId));
  writer.Member("origin_id", job.delivery_id);
  const Scalar* amount = Find(fields, "value");
  const std::string currency = TextOf(fields, "currency");
  if (amount != nullptr && !currency.empty()) {  // One does not go without the other.
    writer.Key("value").StartObject();
    WriteField(writer, {"amount", *amount});
    writer.Member("currency", currency).EndObject();
  }
  for (const MappedField& field : fields) {
    if (field.field != "value" && field.field != "currency") WriteInboxField(writer, field);
  }
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::pipedrive
