#include "services/delivery/connectors/hubspot/write_step.h"

#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {

std::string WriteStep::Key(const Job& job) const {
  const Record record = plan_.record(job);
  return record.key_property.empty() ? record.trace
                                     : absl::StrCat(record.key_property, "=", record.key);
}

bool WriteStep::IsRace(const Job& job, const ApiError& error) const {
  return error.category == "CONFLICT" && plan_.record(job).key_property == "email";
}

bool WriteStep::Sends(const Job& job, std::string_view property) const {
  return Find(plan_.record(job).properties, property) != nullptr;
}

http::Request WriteStep::Build(const std::vector<const Job*>& jobs) const {
  std::vector<Record> records;
  records.reserve(jobs.size());
  for (const Job* job : jobs) records.push_back(plan_.record(*job));
  return JsonRequest("POST", plan_.url, WriteRecords(records));
}

void WriteStep::Absorb(const Batch& /*batch*/,
                       const std::vector<Job*>& jobs,
                       const Answer& answer) const {
  std::vector<Record> records;
  records.reserve(jobs.size());
  for (const Job* job : jobs) records.push_back(plan_.record(*job));
  const std::vector<RecordVerdict> verdicts = ReadVerdicts(records, answer.body);
  for (size_t i = 0; i < jobs.size(); ++i) {
    Job& job = *jobs[i];
    const RecordVerdict& verdict = verdicts[i];
    if (verdict.kind == RecordVerdict::Kind::kWritten) {
      plan_.written(job, verdict);
    } else if (verdict.kind == RecordVerdict::Kind::kFailed) {
      RefuseRecord(job, verdict.error, answer.response.status);
    } else if (plan_.in_doubt) {
      plan_.in_doubt(job);
    } else if (plan_.creates) {
      job.outcome = Outcome::Unknown(
          absl::StrCat(plan_.name, ": HubSpot's answer does not say what became of the record"));
      job.outcome->status = answer.response.status;
    }
  }
}

}  // namespace leadrelay::delivery::hubspot
