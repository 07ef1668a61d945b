#include "services/dlq/mark/marker.h"

#include <algorithm>
#include <utility>

#include "common/observe/log.h"
#include "common/observe/trace.h"
#include "services/dlq/mark/message.h"

namespace leadrelay::dlq {
namespace {

constexpr int kGroup = 200;
constexpr absl::Duration kGather = absl::Milliseconds(50);  // Before a group that is not full.
constexpr absl::Duration kConfirmTimeout = absl::Seconds(10);
constexpr absl::Duration kTurn = absl::Minutes(1);
constexpr absl::Duration kShortestPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(5);
constexpr absl::Duration kPatience = absl::Seconds(15);

}  // namespace

// Some marks on their way, and those that the broker has.
struct Marker::Group {
  std::vector<DueMark> marks;
  std::vector<DueMark> confirmed;
  absl::Status trouble;  // Of one of the others.
};

Marker::Marker(coro::Timers& timers,
               Ledger& ledger,
               amqp::Outlet& outlet,
               observe::Metrics& metrics,
               observe::Health& health)
    : timers_(timers),
      ledger_(ledger),
      outlet_(outlet),
      scope_(timers.loop()),
      progress_(health.Watch("marking", kPatience)),
      waiting_(metrics.Gauge("leadrelay_marks_waiting",
                             "Leads that a destination with mark_synced is still to be told of.")),
      published_(metrics.Counter("leadrelay_marks_published_total",
                                 "Leads that a destination with mark_synced was told of.")) {}

void Marker::Wake() {
  woken_ = true;
  waiting_.Set(static_cast<double>(ledger_.marks_waiting()));
  if (running_ || ledger_.marks_waiting() == 0) return;
  running_ = scope_.Spawn(Run(scope_.stop_token()));
}

coro::Task<void> Marker::Stop() {
  scope_.RequestStop();
  co_await scope_.Join();
}

coro::Task<void> Marker::Run(std::stop_token stop) {
  progress_.Moved();
  progress_.SetBusy(true);
  co_await PublishWaiting(std::move(stop));
  progress_.SetBusy(false);
  running_ = false;
}

coro::Task<void> Marker::PublishWaiting(std::stop_token stop) {
  std::vector<DueMark> confirmed;
  bool full = false;
  absl::Duration pause = kShortestPause;
  while (!stop.stop_requested()) {
    const absl::Duration gather = full ? absl::ZeroDuration() : kGather;
    absl::Status gathered = co_await timers_.Sleep(gather, stop);
    if (!gathered.ok()) break;
    woken_ = false;
    absl::StatusOr<std::vector<DueMark>> waiting = co_await Advance(confirmed, kGroup);
    absl::Status trouble = waiting.status();
    bool moved = false;
    if (waiting.ok()) {
      if (waiting->empty() && !woken_) break;
      full = waiting->size() == kGroup;
      Group group;
      group.marks = *std::move(waiting);
      co_await Publish(group, stop);
      confirmed = std::move(group.confirmed);
      moved = group.marks.empty() || !confirmed.empty();
      trouble = std::move(group.trouble);
    }
    if (moved) {
      progress_.Moved();
      pause = kShortestPause;
      continue;
    }
    if (stop.stop_requested()) break;
    observe::Error("cannot publish which leads are synced, they wait")
        .Number("count", ledger_.marks_waiting())
        .Millis("next_try_ms", pause)
        .Error(trouble);
    absl::Status slept = co_await timers_.Sleep(pause, stop);
    if (!slept.ok()) break;
    pause = std::min(pause * 2, kLongestPause);
  }
  // What is not settled now would be published once more after the next start.
  if (!confirmed.empty()) (void)co_await Advance(confirmed, 0);
}

coro::Task<absl::StatusOr<std::vector<DueMark>>> Marker::Advance(std::vector<DueMark>& confirmed,
                                                                 int limit) {
  const absl::Time now = timers_.clock().Now();
  auto work = [&confirmed, limit, now](WriteSide& side) {
    return side.marks.Advance(confirmed, limit, now);
  };
  // Not stopped with the rest: settling what went out is part of stopping.
  absl::StatusOr<std::vector<DueMark>> waiting =
      co_await ledger_.Write(std::move(work), kTurn, std::stop_token());
  if (waiting.ok()) confirmed.clear();
  waiting_.Set(static_cast<double>(ledger_.marks_waiting()));
  co_return waiting;
}

coro::Task<void> Marker::Publish(Group& group, std::stop_token stop) {
  coro::Scope sending(timers_.loop());
  for (size_t i = 0; i < group.marks.size(); ++i) sending.Spawn(PublishOne(group, i, stop));
  co_await sending.Join();
  if (group.confirmed.empty()) co_return;
  observe::Debug("told which leads are synced")
      .Number("count", static_cast<int64_t>(group.confirmed.size()));
}

coro::Task<void> Marker::PublishOne(Group& group, size_t index, std::stop_token stop) {
  amqp::Message message = MarkMessage(group.marks[index], observe::Trace::Start().ToHeader());
  absl::Status sent =
      co_await outlet_.Publish(std::move(message), true, kConfirmTimeout, std::move(stop));
  if (!sent.ok()) {
    group.trouble = std::move(sent);
    co_return;
  }
  published_.Add();
  group.confirmed.push_back(group.marks[index]);
}

}  // namespace leadrelay::dlq
