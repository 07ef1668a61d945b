#include "services/ingest/spool/drain.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/coro/scope.h"
#include "common/observe/log.h"

namespace leadrelay::ingest {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(30);
constexpr absl::Duration kKeepPatience = absl::Seconds(5);

// It is about this message and not about the connection.
bool IsRefusal(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsNotFound(status);
}

}  // namespace

struct Drain::Going {
  std::vector<amqp::Message> messages;
  std::deque<size_t> left;  // Of messages, in order.
  bool damaged = false;     // Some of it cannot be published, ever.
  // Of one round.
  bool failed = false;  // The connection; what was merely refused is unconfirmed as well.
  bool moved = false;   // Something was confirmed.
  std::vector<size_t> unconfirmed;

  void LeaveUnconfirmed() {
    std::ranges::sort(unconfirmed);
    left.insert(left.begin(), unconfirmed.begin(), unconfirmed.end());
    unconfirmed.clear();
  }
};

Drain::Drain(coro::Loop& loop,
             coro::Timers& timers,
             LeadPublisher& publisher,
             Spool& spool,
             SpoolMeters& meters,
             DrainOptions options)
    : loop_(loop),
      timers_(timers),
      publisher_(publisher),
      spool_(spool),
      meters_(meters),
      options_(options),
      places_(timers, options.window),
      work_(timers),
      broker_(timers),
      pause_(kFirstPause) {
  spool_.OnKept([this] { work_.NotifyAll(); });
}

void Drain::BrokerChanged() {
  pause_ = kFirstPause;
  broker_.NotifyAll();
  work_.NotifyAll();
}

coro::Task<void> Drain::Run(std::stop_token stop) {
  while (true) {
    co_await AwaitWork(stop);
    if (stop.stop_requested()) co_return;
    co_await DrainOldest(stop);
  }
}

coro::Task<void> Drain::AwaitWork(std::stop_token stop) {
  while (!stop.stop_requested() && (spool_.empty() || publisher_.Trouble().has_value())) {
    const absl::Duration patience =
        spool_.has_leavings() ? kLongestPause : absl::InfiniteDuration();
    absl::Status woken = co_await work_.Wait(patience, stop);
    if (absl::IsDeadlineExceeded(woken)) co_await spool_.ClearAway();
  }
}

coro::Task<void> Drain::DrainOldest(std::stop_token stop) {
  std::optional<Segment> segment = co_await spool_.TakeOldest();
  if (!segment.has_value()) co_return;
  absl::StatusOr<SegmentContent> content = co_await spool_.Read(*segment);
  Going going;
  if (content.ok()) {
    going.messages = std::move(content->messages);
    going.damaged = !content->damage.empty();
    for (size_t i = 0; i < going.messages.size(); ++i) going.left.push_back(i);
  } else {
    observe::Error("a file of the spool cannot be read")
        .Text("file", SegmentName(segment->number))
        .Error(content.status());
    if (!absl::IsDataLoss(content.status())) {
      co_await Pause(stop);
      co_return;
    }
    going.damaged = true;  // It is the disk; what is behind must not wait for it.
  }
  co_await PublishAll(going, stop);
  if (!going.left.empty()) co_return;
  co_await spool_.Release(*segment, going.damaged);
  if (spool_.empty()) observe::Info("the spool is empty: the broker has its leads");
}

// Until nothing is left, or `stop`.
coro::Task<void> Drain::PublishAll(Going& going, std::stop_token stop) {
  while (!going.left.empty() && !stop.stop_requested()) {
    co_await PublishRound(going, stop);
    if (going.left.empty()) {
      pause_ = kFirstPause;
      co_return;
    }
    if (!going.failed && !stop.stop_requested()) {
      co_await MoveToTheBack(going);
      if (going.left.empty() && going.moved) co_return;
    }
    co_await Pause(stop);
    while (publisher_.Trouble().has_value() && !stop.stop_requested()) {
      (void)co_await broker_.Wait(absl::InfiniteDuration(), stop);
    }
  }
}

// Publishes what is left until the connection fails, and leaves what was not confirmed.
coro::Task<void> Drain::PublishRound(Going& going, std::stop_token stop) {
  going.failed = false;
  going.moved = false;
  coro::Scope publishing(loop_);
  while (!going.left.empty() && !going.failed) {
    absl::StatusOr<coro::Semaphore::Permit> permit =
        co_await places_.Acquire(absl::InfiniteDuration(), stop);
    if (!permit.ok() || going.failed) break;
    const size_t index = going.left.front();
    going.left.pop_front();
    publishing.Spawn(PublishOne(going, index, *std::move(permit), stop));
  }
  co_await publishing.Join();
  going.LeaveUnconfirmed();
}

// What cannot be kept anew is left.
coro::Task<void> Drain::MoveToTheBack(Going& going) {
  observe::Error("queues refuse leads of the spool, which keeps them; a queue needs a look")
      .Number("count", static_cast<int64_t>(going.left.size()))
      .Text("message_id", going.messages[going.left.front()].message_id);
  coro::Scope keeping(loop_);
  for (const size_t index : std::exchange(going.left, {})) keeping.Spawn(KeepAnew(going, index));
  co_await keeping.Join();
  going.LeaveUnconfirmed();
}

coro::Task<void> Drain::KeepAnew(Going& going, size_t index) {
  absl::Status kept = co_await spool_.Keep(going.messages[index], kKeepPatience);
  if (!kept.ok()) going.unconfirmed.push_back(index);
}

coro::Task<void> Drain::PublishOne(Going& going,
                                   size_t index,
                                   coro::Semaphore::Permit permit,
                                   std::stop_token stop) {
  absl::Status confirmed =
      co_await publisher_.Publish(going.messages[index], options_.publish_timeout, std::move(stop));
  if (confirmed.ok()) {
    meters_.Drained();
    going.moved = true;
    going.messages[index] = amqp::Message();
  } else if (absl::IsInvalidArgument(confirmed)) {
    observe::Error("a lead in the spool can never be published")
        .Text("message_id", going.messages[index].message_id)
        .Error(confirmed);
    going.damaged = true;
  } else {
    going.failed |= !IsRefusal(confirmed);
    going.unconfirmed.push_back(index);
  }
  (void)permit;  // Held until here.
}

coro::Task<void> Drain::Pause(std::stop_token stop) {
  const absl::Duration pause = pause_;
  pause_ = std::min(2 * pause_, kLongestPause);
  (void)co_await broker_.Wait(pause, std::move(stop));
}

}  // namespace leadrelay::ingest
