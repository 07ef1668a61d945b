#include "services/delivery/connectors/zoho/write_step.h"

#include <algorithm>
#include <map>

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/zoho/errors.h"
#include "services/delivery/connectors/zoho/fields.h"
#include "services/delivery/connectors/zoho/job_records.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr size_t kRecordsPerCredit = 10;  // Docs "API limits": insert, update and upsert.

}  // namespace

WriteStep::Inputs WriteStep::InputsOf(const std::vector<const Job*>& jobs) const {
  Inputs inputs;
  std::map<std::string, size_t> places;
  for (const Job* job : jobs) {
    Record record = plan_.record(*job);
    const size_t next = inputs.records.size();
    const auto [place, is_new] =
        places.emplace(plan_.shared ? plan_.shared(*job) : job->delivery_id, next);
    inputs.of_job.push_back(place->second);
    if (is_new) {
      inputs.records.push_back(std::move(record));
      inputs.jobs_behind.push_back(1);
    } else {
      inputs.records[place->second].Take(record);
      ++inputs.jobs_behind[place->second];
    }
  }
  return inputs;
}

int WriteStep::Cost(const std::vector<const Job*>& jobs) const {
  const size_t records = plan_.shared ? InputsOf(jobs).records.size() : jobs.size();
  return static_cast<int>((records + kRecordsPerCredit - 1) / kRecordsPerCredit);
}

std::string WriteStep::Key(const Job& job) const {
  return plan_.key ? plan_.key(job) : Step::Key(job);
}

http::Request WriteStep::Build(const std::vector<const Job*>& jobs) const {
  return JsonRequest(plan_.method, plan_.url, WriteRecords(InputsOf(jobs).records, plan_.envelope));
}

bool WriteStep::Understands(const Answer& answer) const {
  return answer.body.Find("data").IsArray();
}

void WriteStep::Absorb(const Batch& /*batch*/,
                       const std::vector<Job*>& jobs,
                       const Answer& answer) const {
  const Inputs inputs = InputsOf({jobs.begin(), jobs.end()});
  const std::vector<RecordVerdict> verdicts = ReadVerdicts(inputs.records.size(), answer.body);
  for (size_t i = 0; i < jobs.size(); ++i) {
    const RecordVerdict& verdict = verdicts[inputs.of_job[i]];
    if (verdict.kind == RecordVerdict::Kind::kWritten) plan_.written(*jobs[i], verdict);
    // Of several jobs behind a record only one may be at fault: each is sent again alone.
    const bool alone = inputs.jobs_behind[inputs.of_job[i]] == 1;
    if (verdict.kind == RecordVerdict::Kind::kFailed && alone) {
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
  if (!IsLinkGone(job, error)) return;
  // What we knew is worth nothing: the next attempt begins anew, and looks before it creates.
  job.outcome->remedy =
      "a record that this one belongs to is gone from Zoho: replay to make it "
      "again";
  job.progress.clear();
  PutInDoubt(job);
}

bool WriteStep::IsLinkGone(const Job& job, const ApiError& error) const {
  const ApiError::Fault* fault = error.Find("INVALID_DATA");
  if (fault == nullptr || std::ranges::find(plan_.links, fault->field) == plan_.links.end()) {
    return false;
  }
  // Without an account that we made it is the mapping that names one.
  return fault->field != kAccountName || Has(job.progress, kAccountId);
}

}  // namespace leadrelay::delivery::zoho
