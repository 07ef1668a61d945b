#include "services/delivery/connectors/zoho/write_step.h"

#include <algorithm>

#include "services/delivery/connectors/zoho/errors.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr size_t kRecordsPerCredit = 10;  // Docs "API limits": insert, update and upsert.

}  // namespace

int WriteStep::Cost(const std::vector<const Job*>& jobs) const {
  return static_cast<int>((jobs.size() + kRecordsPerCredit - 1) / kRecordsPerCredit);
}

std::string WriteStep::Key(const Job& job) const {
  return plan_.key ? plan_.key(job) : Step::Key(job);
}

http::Request WriteStep::Build(const std::vector<const Job*>& jobs) const {
  std::vector<Record> records;
  records.reserve(jobs.size());
  for (const Job* job : jobs) records.push_back(plan_.record(*job));
  return JsonRequest(plan_.method, plan_.url, WriteRecords(records, plan_.envelope));
}

bool WriteStep::Understands(const Answer& answer) const {
  return answer.body.Find("data").IsArray();
}

void WriteStep::Absorb(const Batch& /*batch*/,
                       const std::vector<Job*>& jobs,
                       const Answer& answer) const {
  const std::vector<RecordVerdict> verdicts = ReadVerdicts(jobs.size(), answer.body);
  for (size_t i = 0; i < jobs.size(); ++i) {
    const RecordVerdict& verdict = verdicts[i];
    if (verdict.kind == RecordVerdict::Kind::kWritten) plan_.written(*jobs[i], verdict);
    if (verdict.kind == RecordVerdict::Kind::kFailed) {
      RefuseRecord(*jobs[i], verdict.error, answer.response.status);
    }
  }
}

void WriteStep::Refuse(Job& job, const Verdict& verdict, const Answer& answer) const {
  const ApiError error = ReadError(answer.body);
  if (error.code.empty()) return Step::Refuse(job, verdict, answer);
  RefuseRecord(job, error, answer.response.status);
}

void WriteStep::RefuseRecord(Job& job, const ApiError& error, int status) const {
  if (plan_.refused && plan_.refused(job, error, status)) return;
  const Record record = plan_.record(job);
  const auto sent = [&record](std::string_view field) { return record.Has(field); };
  job.outcome = JudgeRecord(error, status, plan_.creates, sent);
  if (!IsLinkGone(error)) return;
  // What we knew is worth nothing: the next attempt begins anew, and looks before it creates.
  job.outcome->remedy =
      "a record that this one belongs to is gone from Zoho: replay to make it "
      "again";
  job.progress.clear();
  job.unknown = true;
}

bool WriteStep::IsLinkGone(const ApiError& error) const {
  const ApiError::Fault* fault = error.Find("INVALID_DATA");
  return fault != nullptr && std::ranges::find(plan_.links, fault->field) != plan_.links.end();
}

}  // namespace leadrelay::delivery::zoho
