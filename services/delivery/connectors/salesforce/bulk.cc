#include "services/delivery/connectors/salesforce/bulk.h"

#include <algorithm>
#include <map>

#include "services/delivery/connectors/salesforce/bulk_collect.h"
#include "services/delivery/connectors/salesforce/bulk_rows.h"
#include "services/delivery/connectors/salesforce/bulk_submit.h"

namespace leadrelay::delivery::salesforce {
namespace {

// Of an answer with the results, which comes as a whole: the client takes 4 MiB.
constexpr size_t kMostBytes = 3'500'000;

bool Begun(const Batch& batch) {
  return std::ranges::any_of(batch.jobs,
                             [](const Job& job) { return Has(job.scratch, kBulkStage); });
}

std::vector<const Step*> Looks(const std::vector<std::unique_ptr<const Step>>& steps) {
  std::vector<const Step*> looks;
  looks.reserve(steps.size());
  for (const std::unique_ptr<const Step>& step : steps) looks.push_back(step.get());
  return looks;
}

const Step* Named(const std::vector<std::unique_ptr<const Step>>& steps, std::string_view name) {
  const auto found = std::ranges::find(steps, name, [](const auto& step) { return step->name(); });
  return found == steps.end() ? nullptr : found->get();
}

}  // namespace

Bulk::Bulk(const Settings& settings) : settings_(settings) {
  submitting_.push_back(CreateBulkJob(settings));
  submitting_.push_back(UploadBulkJob(settings));
  submitting_.push_back(CloseBulkJob(settings));
  collecting_.push_back(AskAfterBulkJob(settings));
  collecting_.push_back(ReadBulkSuccesses(settings));
  collecting_.push_back(ReadBulkFailures(settings));
}

void Bulk::Begin(Batch& batch, const std::function<bool(const Job&)>& upserts) const {
  const size_t from = static_cast<size_t>(settings_.bulk.from);
  if (from == 0 || batch.jobs.size() < from || Begun(batch)) return;

  std::vector<std::pair<Job*, std::string>> upserted;
  std::map<std::string, int> times;
  for (Job& job : batch.jobs) {
    if (job.outcome.has_value() || Has(job.progress, kBulkJob) || !upserts(job)) continue;
    SetBulkStage(job, kNotInBulk);
    std::string key = LowerCase(KeyOf(job, settings_));
    ++times[key];
    upserted.emplace_back(&job, std::move(key));
  }

  const size_t columns = settings_.mapping.Fields().size();
  std::vector<std::pair<Job*, size_t>> fit;
  for (const auto& [job, key] : upserted) {
    // Two with one key have to be written in their order.
    if (times[key] > 1) continue;
    const Fields fields = PersonOf(*job, settings_);
    if (FitsBulk(fields)) fit.emplace_back(job, BulkBytes(fields, columns));
  }
  if (fit.size() < from) return;
  size_t bytes = 0;
  for (const auto& [job, size] : fit) {
    bytes += size;
    if (bytes > kMostBytes) break;
    SetBulkStage(*job, kCreateBulkJob);
  }
}

const Step* Bulk::Next(const Job& job) const {
  const auto stage = job.scratch.find(kBulkStage);
  if (stage == job.scratch.end()) {
    const bool earlier = Has(job.progress, kBulkJob) && !settings_.key_field.empty();
    return earlier ? Named(collecting_, kAskAfterBulkJob) : nullptr;
  }
  const Step* step = Named(collecting_, stage->second);
  return step != nullptr ? step : Named(submitting_, stage->second);
}

bool Bulk::Owns(const Step& step) const {
  return Named(submitting_, step.name()) != nullptr || Named(collecting_, step.name()) != nullptr;
}

std::vector<const Step*> Bulk::submitting() const {
  return Looks(submitting_);
}

std::vector<const Step*> Bulk::collecting() const {
  return Looks(collecting_);
}

}  // namespace leadrelay::delivery::salesforce
