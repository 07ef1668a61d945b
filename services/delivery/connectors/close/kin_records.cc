#include "services/delivery/connectors/close/kin_records.h"

#include <cmath>
#include <optional>

#include "absl/strings/numbers.h"

#include "services/delivery/connectors/close/records.h"
#include "services/delivery/connectors/close/stages.h"

namespace leadrelay::delivery::close {
namespace {

constexpr double kMostWholeUnits = 9e13;  // In cents it still fits.
constexpr size_t kDayLength = 10;         // "2026-03-01"

std::optional<double> NumberOf(const Scalar& scalar) {
  double number = 0;
  if (!absl::SimpleAtod(ToText(scalar), &number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

// Integers of Close's: what is no number goes as it is, for Close to refuse.
void WriteInteger(json::Writer& writer, const Scalar& scalar, double factor) {
  const std::optional<double> number = NumberOf(scalar);
  if (number.has_value() && std::abs(*number) <= kMostWholeUnits) {
    writer.Int(std::llround(*number * factor));
  } else {
    writer.String(ToText(scalar));
  }
}

// The fields of an opportunity but for its stage, which is resolved.
void WriteDealFields(json::Writer& writer, const std::vector<MappedField>& fields) {
  for (const MappedField& field : fields) {
    if (field.field == "note" || field.field == "status_id") continue;
    if (field.field == "value" || field.field == "confidence") {
      writer.Key(field.field);
      WriteInteger(writer, field.value, field.field == "value" ? 100 : 1);  // Cents.
    } else {
      WriteField(writer, field);
    }
  }
}

std::string DayOf(std::string_view time) {
  return std::string(time.substr(0, kDayLength));
}

}  // namespace

std::string StageIdOf(const Job& job, const Settings& settings) {
  if (Has(job.progress, kStageId)) return Get(job.progress, kStageId);
  const std::string wanted = WantedStage(job, settings);
  return IsStageId(wanted) ? wanted : "";
}

std::string DealTitle(const Job& job, const Settings& settings) {
  std::string title = TextOf(settings.deal.Apply(FactsOf(job)), "note");
  for (const char* path : {"name", "company"}) {
    if (title.empty()) title = job.lead.Find(path).StringOr("");
  }
  return title.empty() ? absl::StrCat("Lead ", job.lead_id) : title;
}

std::string NewDeal(const Job& job, const Settings& settings) {
  const std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  json::Writer writer;
  writer.StartObject()
      .Member("lead_id", Get(job.progress, kLeadId))
      .Member("contact_id", Get(job.progress, kContactId))
      .Member("note", DealTitle(job, settings));
  const std::string stage = StageIdOf(job, settings);
  if (!stage.empty()) writer.Member("status_id", stage);
  if (!settings.deal_pipeline.empty()) writer.Member("pipeline_id", settings.deal_pipeline);
  if (!settings.deal_key_field.empty()) writer.Member(settings.deal_key_field, job.delivery_id);
  if (TextOf(fields, "value_period").empty()) writer.Member("value_period", "one_time");
  WriteDealFields(writer, fields);
  writer.EndObject();
  return writer.Take();
}

std::string DealChanges(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject();
  const std::string stage = StageIdOf(job, settings);
  if (!stage.empty()) writer.Member("status_id", stage);
  std::vector<MappedField> fields = settings.deal.Apply(FactsOf(job));
  std::erase_if(fields, [](const MappedField& field) {
    return field.field != "value" && field.field != "date_won";
  });
  WriteDealFields(writer, fields);
  writer.EndObject();
  return fields.empty() && stage.empty() ? "" : writer.Take();
}

std::string NoteText(const Job& job) {
  return job.lead.Find("note").StringOr("");
}

std::string NewNote(const Job& job) {
  json::Writer writer;
  writer.StartObject()
      .Member("lead_id", Get(job.progress, kLeadId))
      .Member("contact_id", Get(job.progress, kContactId))
      .Member("note", NoteText(job))
      .EndObject();
  return writer.Take();
}

std::string TaskText(const Job& job, const Settings& settings) {
  std::string text = TextOf(settings.task.Apply(FactsOf(job)), "text");
  const std::string more = job.lead.Find("task").Find("text").StringOr("");
  if (!more.empty()) absl::StrAppend(&text, text.empty() ? "" : "\n\n", more);
  return text;
}

std::string NewTask(const Job& job, const Settings& settings) {
  json::Writer writer;
  writer.StartObject()
      .Member("_type", "lead")
      .Member("lead_id", Get(job.progress, kLeadId))
      .Member("text", TaskText(job, settings));
  for (const MappedField& field : settings.task.Apply(FactsOf(job))) {
    if (field.field == "text") continue;
    if (field.field == "date") {
      writer.Member("date", DayOf(ToText(field.value)));
    } else {
      WriteField(writer, field);
    }
  }
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::delivery::close
