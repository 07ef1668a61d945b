#include "services/delivery/connectors/one_call.h"

namespace leadrelay::delivery {

std::optional<Call> OneCall::Next(Batch& batch, const Reply* last) const {
  if (last != nullptr) {
    for (const size_t index : last->call.jobs) {
      Job& job = batch.jobs[index];
      if (!job.outcome.has_value()) job.outcome = Judge(job, last->response, batch.now);
    }
  }
  for (size_t i = 0; i < batch.jobs.size(); ++i) {
    if (batch.jobs[i].outcome.has_value()) continue;
    Call call;
    call.step = "send lead";
    call.request = Build(batch.jobs[i]);
    call.jobs = {i};
    return call;
  }
  return std::nullopt;
}

}  // namespace leadrelay::delivery
