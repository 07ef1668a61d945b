#include "tools/leadctl/try_lead.h"

#include <utility>

#include "services/delivery/deliver/conversation.h"
#include "tools/leadctl/sample_lead.h"

namespace leadrelay::leadctl {
namespace {

delivery::Batch BatchOf(const Sample& sample, const std::string& destination, absl::Time now) {
  delivery::Batch batch;
  batch.now = now;
  batch.jobs.push_back(SampleJob(sample.lead, destination, sample.tag, now));
  return batch;
}

coro::Task<void> CleanUp(Account& account, const delivery::Connector& connector, Trial& trial) {
  trial.cleanup = MayDelete(*trial.outcome);
  if (trial.cleanup != Cleanup::kDeleted) co_return;
  delivery::Question question;
  question.kind = delivery::Question::Kind::kDelete;
  question.id = trial.outcome->remote_id;
  std::optional<http::Request> request = connector.Ask(question);
  if (!request.has_value()) {
    trial.cleanup = Cleanup::kNotOffered;
    co_return;
  }
  const auto answer = co_await account.Ask(std::move(question), *std::move(request));
  if (answer.ok()) co_return;
  trial.cleanup = Cleanup::kFailed;
  trial.cleanup_detail = std::string(answer.status().message());
}

}  // namespace

Preview PreviewLead(Context& context,
                    const delivery::ConfiguredDestination& entry,
                    const Sample& sample) {
  const std::string& name = entry.destination->name;
  delivery::Batch batch = BatchOf(sample, name, context.timers.clock().Now());
  std::optional<delivery::Call> call = delivery::FirstCall(*entry.connector, batch);
  Preview preview{name, "", std::nullopt, batch.jobs.front().outcome};
  if (!call.has_value()) return preview;
  // The address itself may be the secret.
  const config::Section& settings = entry.destination->settings;
  call->request.url = settings.Conceal(call->request.url);
  call->request.body = settings.Conceal(call->request.body);
  preview.step = std::move(call->step);
  preview.request = std::move(call->request);
  return preview;
}

coro::Task<Trial> TryLead(Context& context,
                          Account& account,
                          const delivery::ConfiguredDestination& entry,
                          const Sample& sample) {
  Trial trial;
  trial.destination = entry.destination->name;
  trial.email = sample.email;
  delivery::Batch batch = BatchOf(sample, trial.destination, context.timers.clock().Now());
  const delivery::Job& job = batch.jobs.front();
  trial.lead_id = job.lead_id;
  const absl::Status delivered = co_await account.Deliver(batch);
  if (!delivered.ok()) {
    trial.why_withheld = std::string(delivered.message());
    co_return trial;
  }
  trial.outcome = job.outcome;
  trial.progress = job.progress;
  co_await CleanUp(account, *entry.connector, trial);
  co_return trial;
}

}  // namespace leadrelay::leadctl
