#include "services/delivery/connectors/bulk.h"

#include <charconv>
#include <set>

namespace leadrelay::delivery {
namespace {

// Scratch.
constexpr std::string_view kInBulk = "in_bulk";  // "yes", "no"
constexpr std::string_view kPolls = "bulk_polls";

}  // namespace

void PickForBulk(Batch& batch, int from, const std::function<std::string(const Job& job)>& key) {
  std::vector<Job*> picked;
  std::set<std::string> keys;
  for (Job& job : batch.jobs) {
    if (Has(job.scratch, kInBulk)) continue;
    Set(job.scratch, kInBulk, "no");
    if (job.outcome.has_value()) continue;
    std::string own = key(job);
    if (!own.empty() && keys.insert(std::move(own)).second) picked.push_back(&job);
  }
  if (from <= 0 || picked.size() < static_cast<size_t>(from)) return;
  for (Job* job : picked) Set(job->scratch, kInBulk, "yes");
}

bool GoesInBulk(const Job& job) {
  return Get(job.scratch, kInBulk) == "yes";
}

void LeaveBulk(Job& job) {
  Set(job.scratch, kInBulk, "no");
}

size_t PollsOf(const Job& job) {
  const std::string text = Get(job.scratch, kPolls);
  size_t polls = 0;
  std::from_chars(text.data(), text.data() + text.size(), polls);
  return polls;
}

void CountPoll(Job& job) {
  Set(job.scratch, kPolls, absl::StrCat(PollsOf(job) + 1));
}

}  // namespace leadrelay::delivery
