#include "services/delivery/consume/outcome_stream.h"

#include <utility>

#include "common/lead/topology.h"
#include "common/observe/log.h"

namespace leadrelay::delivery {
namespace {

constexpr size_t kMaxEvents = 500;  // With its history an event is at most a few KiB.
constexpr absl::Duration kConfirmTimeout = absl::Seconds(10);
constexpr absl::Duration kRetryPause = absl::Milliseconds(500);

}  // namespace

OutcomeStream::OutcomeStream(coro::Timers& timers, amqp::Outlet& outlet)
    : timers_(timers), outlet_(outlet), changed_(timers) {}

coro::Task<absl::Status> OutcomeStream::Publish(lead::OutcomeEvent event, std::stop_token stop) {
  coro::Completion<absl::Status> done(timers_.loop());
  Waiting entry{std::move(event), &done};
  std::list<Waiting> mine;
  mine.push_back(std::move(entry));
  auto position = mine.begin();
  waiting_.splice(waiting_.end(), mine);  // `position` stays good wherever the node moves.
  changed_.NotifyAll();
  std::stop_callback on_stop(std::move(stop), [&done, position] {
    if (done.Set(absl::CancelledError("stopped"))) position->done = nullptr;
  });
  co_return co_await done;
}

void OutcomeStream::Mention(lead::OutcomeEvent event) {
  waiting_.push_back(Waiting{std::move(event), nullptr});
  changed_.NotifyAll();
}

coro::Task<void> OutcomeStream::SendOne(std::list<Waiting>& batch, std::stop_token stop) {
  std::vector<lead::OutcomeEvent> events;
  events.reserve(batch.size());
  for (Waiting& entry : batch) events.push_back(std::move(entry.event));
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kLedgerQueue);
  message.type = std::string(lead::kOutcomesType);
  message.content_type = "application/json";
  message.body = lead::ToJson(events);

  absl::Status sent;
  while (true) {
    sent = co_await outlet_.Publish(message, true, kConfirmTimeout, stop);
    if (sent.ok() || stop.stop_requested()) break;
    observe::Warning("outcomes not confirmed, sending them again")
        .Number("events", static_cast<int64_t>(events.size()))
        .Error(sent);
    absl::Status slept = co_await timers_.Sleep(kRetryPause, stop);
    if (!slept.ok()) break;
  }
  for (Waiting& entry : batch) {
    if (entry.done != nullptr) entry.done->Set(sent);
  }
}

coro::Task<void> OutcomeStream::Run(std::stop_token stop) {
  while (true) {
    if (waiting_.empty()) {
      if (stop.stop_requested()) co_return;
      (void)co_await changed_.Wait(absl::InfiniteDuration(), stop);
      continue;
    }
    std::list<Waiting> batch;
    auto end = waiting_.begin();
    for (size_t i = 0; i < kMaxEvents && end != waiting_.end(); ++i) ++end;
    batch.splice(batch.end(), waiting_, waiting_.begin(), end);
    co_await SendOne(batch, stop);
  }
}

}  // namespace leadrelay::delivery
