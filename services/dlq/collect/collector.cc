#include "services/dlq/collect/collector.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "common/observe/log.h"
#include "common/status/abseil.h"
#include "services/dlq/collect/interpret.h"
#include "services/dlq/collect/slices.h"

namespace leadrelay::dlq {
namespace {

constexpr size_t kBatch = 500;
constexpr absl::Duration kLinger = absl::Milliseconds(25);
constexpr absl::Duration kShortestPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(5);
constexpr absl::Duration kPatience = absl::Seconds(15);
constexpr absl::Duration kTurn = absl::Minutes(1);

}  // namespace

Collector::Collector(coro::Timers& timers,
                     Ledger& ledger,
                     observe::Metrics& metrics,
                     observe::Health& health,
                     amqp::Inlet& inlet)
    : timers_(timers),
      ledger_(ledger),
      arrived_(timers),
      inlet_(inlet),
      scope_(timers.loop()),
      progress_(health.Watch("recording", kPatience)),
      pause_(kShortestPause),
      messages_(metrics.Counter("leadrelay_ledger_messages_total", "Messages recorded.")),
      failures_(metrics.Counter("leadrelay_ledger_write_failures_total",
                                "Transactions of the ledger that failed and are tried again.")),
      unreadable_(metrics.Counter("leadrelay_ledger_refused_total",
                                  "Messages that the ledger could only keep as bytes.")),
      seconds_(metrics.Histogram("leadrelay_ledger_write_seconds",
                                 "How long one transaction of collected messages took.")) {
  health.Add("ledger", [this] { return trouble_; });
  health.Add("broker, consuming",
             observe::FailsAfter(
                 timers.clock(),
                 kPatience,
                 [this] { return inlet_.connected(); },
                 [this] { return inlet_.last_error(); }));
}

void Collector::Start() {
  scope_.Spawn(Run(scope_.stop_token()));
}

void Collector::Receive(amqp::Delivery delivery) {
  progress_.SetBusy(true);
  arrived_.Push(std::move(delivery));
}

coro::Task<void> Collector::Stop() {
  co_await inlet_.StopConsuming();
  scope_.RequestStop();
  co_await scope_.Join();
}

coro::Task<void> Collector::Run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    Batch batch = co_await arrived_.Take(kBatch, kLinger, stop);
    std::deque<Batch> slices = CutIntoSlices(std::move(batch));
    while (!slices.empty() && !stop.stop_requested()) {
      Batch slice = std::move(slices.front());
      slices.pop_front();
      co_await RecordSlice(std::move(slice), stop);
    }
    progress_.SetBusy(!arrived_.empty());
  }
}

coro::Task<void> Collector::RecordSlice(Batch slice, std::stop_token stop) {
  const bool recorded = co_await RecordAndAck(slice, stop);
  if (recorded || stop.stop_requested()) co_return;
  // Something in it is refused for good.  Alone each of them tells whether it is the one.
  for (amqp::Delivery& delivery : slice) {
    Batch single;
    single.push_back(std::move(delivery));
    (void)co_await RecordAndAck(single, stop);
    if (stop.stop_requested()) co_return;
  }
}

coro::Task<bool> Collector::RecordAndAck(Batch& batch, std::stop_token stop) {
  while (true) {
    const absl::Duration started = timers_.clock().Monotonic();
    absl::Status recorded = co_await TryRecord(batch, stop);
    if (recorded.ok()) {
      for (const amqp::Delivery& delivery : batch) inlet_.Ack(delivery.tag);
      Succeed(batch.size(), timers_.clock().Monotonic() - started);
      co_return true;
    }
    if (absl::IsInternal(recorded)) {
      if (batch.size() > 1) co_return false;
      std::string why(ToStd(recorded.message()));
      const bool kept = co_await RecordAsUnreadable(batch, std::move(why), stop);
      if (kept) co_return true;
    }
    const bool again = co_await Fail(std::move(recorded), stop);
    if (!again) co_return false;
  }
}

coro::Task<absl::Status> Collector::TryRecord(Batch& batch, std::stop_token stop) {
  const absl::Time now = timers_.clock().Now();
  // Reading the messages is half of the work, so it goes along to the other thread.
  auto work = [&batch, now](WriteSide& side) {
    std::vector<Entry> entries;
    entries.reserve(batch.size());
    for (const amqp::Delivery& delivery : batch) {
      std::vector<Entry> read = Interpret(delivery.message, now);
      std::move(read.begin(), read.end(), std::back_inserter(entries));
    }
    return side.recorder.Record(entries, now);
  };
  co_return co_await ledger_.Write(std::move(work), kTurn, std::move(stop));
}

coro::Task<bool> Collector::RecordAsUnreadable(Batch& single,
                                               std::string why,
                                               std::stop_token stop) {
  amqp::Delivery& delivery = single.front();
  observe::Error("the ledger refuses a message, keeping it as unreadable")
      .Text("queue", delivery.queue)
      .Text("type", delivery.message.type)
      .Text("message_id", delivery.message.message_id)
      .Text("reason", why);
  const absl::Time now = timers_.clock().Now();
  auto work = [&delivery, &why, now](WriteSide& side) {
    std::vector<Entry> entries;
    entries.emplace_back(Unreadable(delivery.message, why, now));
    return side.recorder.Record(entries, now);
  };
  absl::Status recorded = co_await ledger_.Write(std::move(work), kTurn, std::move(stop));
  if (!recorded.ok()) co_return false;
  inlet_.Ack(delivery.tag);
  unreadable_.Add();
  Succeed(1, absl::ZeroDuration());
  co_return true;
}

coro::Task<bool> Collector::Fail(absl::Status failed, std::stop_token stop) {
  if (absl::IsCancelled(failed) || stop.stop_requested()) co_return false;
  failures_.Add();
  trouble_ = std::string(ToStd(failed.message()));
  observe::Error("cannot write to the ledger, its messages stay in their queues")
      .Millis("next_try_ms", pause_)
      .Error(failed);
  const absl::Duration pause = pause_;
  pause_ = std::min(pause_ * 2, kLongestPause);
  absl::Status slept = co_await timers_.Sleep(pause, std::move(stop));
  co_return slept.ok();
}

void Collector::Succeed(size_t messages, absl::Duration took) {
  if (trouble_.has_value()) observe::Info("writing to the ledger again");
  trouble_.reset();
  pause_ = kShortestPause;
  progress_.Moved();
  messages_.Add(static_cast<double>(messages));
  seconds_.Observe(absl::ToDoubleSeconds(took));
  observe::Debug("recorded")
      .Number("messages", static_cast<int64_t>(messages))
      .Millis("took_ms", took);
}

}  // namespace leadrelay::dlq
