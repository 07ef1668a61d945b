#include "services/delivery/connectors/airtable/write_step.h"

#include "services/delivery/connectors/airtable/errors.h"

namespace leadrelay::delivery::airtable {

std::string WriteStep::Key(const Job& job) const {
  const Record record = plan_.record(job);
  return record.id.empty() ? LowerCase(record.key) : record.id;
}

http::Request WriteStep::Build(const std::vector<const Job*>& jobs) const {
  std::vector<Record> records;
  records.reserve(jobs.size());
  for (const Job* job : jobs) records.push_back(plan_.record(*job));
  return JsonRequest("PATCH", plan_.url, WriteRecords(records, plan_.typecast));
}

bool WriteStep::Understands(const Answer& answer) const {
  return answer.body.Find("records").IsArray();
}

void WriteStep::Absorb(const Batch& /*batch*/,
                       const std::vector<Job*>& jobs,
                       const Answer& answer) const {
  std::vector<Record> records;
  records.reserve(jobs.size());
  for (const Job* job : jobs) records.push_back(plan_.record(*job));
  const std::vector<std::optional<Written>> written = ReadWritten(records, answer.body);
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (written[i].has_value()) plan_.written(*jobs[i], *written[i]);
  }
}

void WriteStep::Refuse(Job& job, const Verdict& verdict, const Answer& answer) const {
  const ApiError error = ReadError(answer.body);
  if (IsGone(error)) return ForgetAndRetry(job, answer.response.status);
  job.outcome = JudgeRecord(error, verdict.outcome.status, [this, &job](std::string_view field) {
    return Sends(job, field);
  });
}

bool WriteStep::IsAtFault(const Job& job, const Answer& answer) const {
  const ApiError error = ReadError(answer.body);
  return error.type == "UNKNOWN_FIELD_NAME" && !error.field.empty() && Sends(job, error.field);
}

bool WriteStep::Sends(const Job& job, std::string_view field) const {
  const Record record = plan_.record(job);
  return field == record.key_field || (!record.link.empty() && field == record.link_field) ||
         Find(record.cells, field) != nullptr;
}

void ForgetAndRetry(Job& job, int status) {
  job.progress.clear();
  job.outcome = Outcome::Retry("a record that was there is gone from the base", status);
}

}  // namespace leadrelay::delivery::airtable
