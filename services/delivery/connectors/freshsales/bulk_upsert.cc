#include "services/delivery/connectors/freshsales/bulk_upsert.h"

#include <algorithm>
#include <map>

#include "services/delivery/connectors/bulk.h"
#include "services/delivery/connectors/freshsales/account_steps.h"
#include "services/delivery/connectors/freshsales/bulk_steps.h"
#include "services/delivery/connectors/freshsales/errors.h"
#include "services/delivery/connectors/freshsales/records.h"

namespace leadrelay::delivery::freshsales {
namespace {

constexpr size_t kFewestAskedAfter = 3;

bool IsPath(const std::string& text) {
  return text.size() <= 256 && text.starts_with('/') && !text.starts_with("//") &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

bool IsJobId(const std::string& text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

std::string LastPartOf(std::string url) {
  url.resize(std::min(url.size(), url.find('?')));
  while (url.ends_with('/')) url.pop_back();
  return url.substr(url.rfind('/') + 1);
}

}  // namespace

std::string BulkKey(const Job& job, const Settings& settings) {
  for (const std::string_view past : {kContactId, kBulkJob, kBulkDone}) {
    if (Has(job.progress, past)) return "";
  }
  const bool deal = settings.deals && (WantsNewDeal(job.lead) || WantsDealMove(job.lead));
  const bool note = settings.notes && WantsNote(job.lead);
  const bool task = settings.tasks && WantsTask(job.lead);
  return deal || note || task || WantsAccount(job, settings) ? "" : EmailOf(job, settings);
}

void LeaveSmallBulks(Batch& batch) {
  std::map<std::string, std::vector<Job*>> left;
  for (Job& job : batch.jobs) {
    if (job.outcome.has_value() || Has(job.progress, kBulkDone) || BulkSizeOf(job) > 0) continue;
    if (Has(job.progress, kBulkJob)) left[Get(job.progress, kBulkJob)].push_back(&job);
  }
  for (const auto& [place, jobs] : left) {
    if (jobs.size() < kFewestAskedAfter) UpsertInstead(jobs);
  }
}

std::string OriginOf(const Settings& settings) {
  const size_t host = settings.base_url.find("://");
  if (host == std::string::npos) return settings.base_url;
  return settings.base_url.substr(0, settings.base_url.find('/', host + 3));
}

std::string BulkJobIn(const json::Value& body, const Settings& settings) {
  std::string url = body.Find("job_status_url").StringOr("");
  if (IsPath(url)) return url;
  const std::string origin = OriginOf(settings);
  if (url.starts_with(origin) && IsPath(url.substr(origin.size()))) {
    return url.substr(origin.size());
  }
  std::string id = LastPartOf(url);
  for (const char* name : {"job_id", "id"}) {
    if (id.empty()) id = body.Find(name).AsText().value_or("");
  }
  if (!IsJobId(id)) return "";
  return settings.Url(absl::StrCat("/job_statuses/", id)).substr(origin.size());
}

BulkUpsert::BulkUpsert(const Settings& settings)
    : upsert_(std::make_unique<BulkUpsertStep>(settings)),
      ask_(std::make_unique<AskStep>(settings)),
      steps_({upsert_.get(), ask_.get()}) {}

bool BulkUpsert::Has(const Step& step) const {
  return std::ranges::find(steps_, &step) != steps_.end();
}

const Step* BulkUpsert::Next(const Job& job) const {
  if (delivery::Has(job.progress, kBulkDone)) return nullptr;
  if (delivery::Has(job.progress, kBulkJob)) return ask_.get();
  return GoesInBulk(job) ? upsert_.get() : nullptr;
}

Verdict BulkUpsert::Judge(const Answer& answer, absl::Time now) {
  const int status = answer.response.status;
  // The key's user may not do that in bulk, say.
  if (status == 403 || status == 405) return {};
  Verdict verdict = JudgeReply(answer, false, now);
  return verdict.reach == Verdict::Reach::kRecords ? Verdict{} : verdict;
}

}  // namespace leadrelay::delivery::freshsales
