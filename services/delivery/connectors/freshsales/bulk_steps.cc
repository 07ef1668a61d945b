#include "services/delivery/connectors/freshsales/bulk_steps.h"

#include <algorithm>

#include "services/delivery/connectors/bulk.h"
#include "services/delivery/connectors/freshsales/bulk_upsert.h"
#include "services/delivery/connectors/freshsales/job_status.h"
#include "services/delivery/connectors/freshsales/records.h"

namespace leadrelay::delivery::freshsales {
namespace {

using State = JobStatus::State;

constexpr std::string_view kBulkSize = "bulk_size";  // Scratch.

size_t MostPolls(size_t jobs) {
  return 2 + jobs / 5;
}

bool IsSuccess(const Answer& answer) {
  return answer.response.status >= 200 && answer.response.status < 300;
}

}  // namespace

size_t BulkSizeOf(const Job& job) {
  const std::string size = Get(job.scratch, kBulkSize);
  return size.empty() ? 0 : static_cast<size_t>(std::stoul(size));
}

void UpsertInstead(const std::vector<Job*>& jobs) {
  for (Job* job : jobs) {
    job->progress.erase(std::string(kBulkJob));
    LeaveBulk(*job);
  }
}

size_t BulkUpsertStep::MaxJobs() const {
  return kMostInBulk;
}

http::Request BulkUpsertStep::Build(const std::vector<const Job*>& jobs) const {
  json::Writer writer;
  writer.StartObject().Key("contacts").StartArray();
  for (const Job* job : jobs) {
    writer.StartObject().Member(kEmails, EmailOf(*job, settings_));
    writer.Key("data").StartObject();
    WriteContactButEmail(*job, settings_, writer);
    writer.EndObject().EndObject();
  }
  writer.EndArray().EndObject();
  return JsonRequest("POST", settings_.Url("/contacts/bulk_upsert"), writer.Take());
}

void BulkUpsertStep::Absorb(const Batch& /*batch*/,
                            const std::vector<Job*>& jobs,
                            const Answer& answer) const {
  const std::string place = IsSuccess(answer) ? BulkJobIn(answer.body, settings_) : "";
  if (place.empty()) return UpsertInstead(jobs);
  for (Job* job : jobs) {
    Set(job->progress, kBulkJob, place);
    Set(job->scratch, kBulkSize, absl::StrCat(jobs.size()));
  }
}

size_t AskStep::MaxJobs() const {
  return kMostInBulk;
}

std::string AskStep::Group(const Job& job) const {
  return Get(job.progress, kBulkJob);
}

absl::Duration AskStep::After(const std::vector<const Job*>& jobs) const {
  const Job& job = *jobs.front();
  const size_t polls = PollsOf(job);
  if (polls == 0 && BulkSizeOf(job) == 0) return absl::ZeroDuration();  // It had time.
  return std::min(absl::Seconds(2) * static_cast<int64_t>(polls + 1), kLongestWait);
}

http::Request AskStep::Build(const std::vector<const Job*>& jobs) const {
  http::Request request;
  request.url = OriginOf(settings_) + Group(*jobs.front());
  return request;
}

void AskStep::Absorb(const Batch& /*batch*/,
                     const std::vector<Job*>& jobs,
                     const Answer& answer) const {
  if (!IsSuccess(answer)) return UpsertInstead(jobs);
  const size_t size = BulkSizeOf(*jobs.front());
  const bool whole = size == jobs.size();
  const JobStatus status = ReadJobStatus(answer.body, whole ? size : 0);
  switch (status.state) {
    case State::kDone:
      return Settle(jobs, status.failed, whole);
    case State::kUnclear:
      return UpsertInstead(jobs);
    case State::kRunning:
    case State::kSilent:
      break;
  }
  for (Job* job : jobs) CountPoll(*job);
  if (PollsOf(*jobs.front()) < MostPolls(jobs.size())) return;
  // Another attempt is worth it once, and only when it says that it is at work.
  if (size == 0 || status.state == State::kSilent) return UpsertInstead(jobs);
  for (Job* job : jobs) {
    job->outcome = Outcome::Retry("the bulk job is not through yet; asked after again next time",
                                  answer.response.status);
  }
}

void AskStep::Settle(const std::vector<Job*>& jobs,
                     const std::set<std::string>& failed,
                     bool whole) const {
  std::vector<Job*> not_in;
  for (Job* job : jobs) {
    if (failed.contains(EmailOf(*job, settings_))) not_in.push_back(job);
  }
  // With everybody at hand, a name that nobody has is somebody's that we do not recognise.
  if (whole && not_in.size() != failed.size()) return UpsertInstead(jobs);
  UpsertInstead(not_in);
  for (Job* job : jobs) {
    if (Has(job->progress, kBulkJob)) Set(job->progress, kBulkDone, "yes");
  }
}

}  // namespace leadrelay::delivery::freshsales
