#include "services/delivery/connectors/google-sheets/mark_step.h"

#include "services/delivery/connectors/google-sheets/rows_step.h"

namespace leadrelay::delivery::google_sheets {
namespace {

http::Request MarkRequest(const Settings& settings, const std::vector<const Job*>& jobs) {
  json::Writer writer;
  writer.StartObject().Member("valueInputOption", "RAW").Key("data").StartArray();
  for (const Job* job : jobs) {
    const size_t column = HeaderOf(*job).Find(settings.synced_column).value_or(0);
    const std::string cell = absl::StrCat(ColumnName(column), Get(job->scratch, kFound));
    writer.StartObject().Member("range", Range(settings.sheet, cell));
    writer.Member("majorDimension", "ROWS").Key("values");
    writer.StartArray().StartArray().Bool(true).EndArray().EndArray().EndObject();
  }
  writer.EndArray().EndObject();
  return JsonRequest("POST", BatchUpdateUrl(settings), writer.Take());
}

}  // namespace

bool MarksRow(const Job& job) {
  return OperationOf(job.lead) == Operation::kMarkSynced;
}

std::string RowIdOf(const Job& job) {
  if (!MarksRow(job)) return job.delivery_id;
  const std::string destination = job.delivery_id.substr(job.lead_id.size());  // ":sheet"
  return absl::StrCat(std::string(SyncedLead(job.lead)), destination);
}

std::unique_ptr<const Step> MarkRows(const Settings& settings) {
  RowsStep::Plan plan;
  plan.name = "mark rows";
  plan.scope = kWrites;
  plan.build = [&settings](const std::vector<const Job*>& jobs) {
    return MarkRequest(settings, jobs);
  };
  plan.absorb = [](const std::vector<Job*>& jobs, const Answer& answer) {
    if (answer.body.Find("responses").size() != jobs.size()) return;
    for (Job* job : jobs) {
      Set(job->progress, kRow, Get(job->scratch, kFound));
      Set(job->progress, kEffect, "updated");
    }
  };
  return std::make_unique<RowsStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::google_sheets
