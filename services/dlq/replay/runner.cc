#include "services/dlq/replay/runner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/observe/log.h"
#include "common/status/abseil.h"
#include "services/dlq/replay/message.h"

namespace leadrelay::dlq {
namespace {

constexpr absl::Duration kConfirmTimeout = absl::Seconds(10);
constexpr absl::Duration kTurn = absl::Minutes(1);
constexpr absl::Duration kShortestPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(5);

// Publishing it again will not help.
bool IsFinal(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status);
}

}  // namespace

// Some items of one replay on their way, and what became of each.
struct Runner::Group {
  std::string replay_id;
  std::vector<OutboxItem> items;
  std::vector<std::optional<SettledItem>> settled;  // Nothing: it may have gone out, or not.
};

Runner::Runner(coro::Timers& timers,
               Ledger& ledger,
               amqp::Outlet& outlet,
               observe::Metrics& metrics,
               std::set<std::string> destinations,
               double per_second)
    : timers_(timers),
      ledger_(ledger),
      outlet_(outlet),
      destinations_(std::move(destinations)),
      all_(per_second),
      scope_(timers.loop()),
      published_(metrics.Counter("leadrelay_replay_items_total",
                                 "Dead letters sent again, by what became of the sending.",
                                 {{"result", "published"}})),
      failed_(metrics.Counter("leadrelay_replay_items_total",
                              "Dead letters sent again, by what became of the sending.",
                              {{"result", "failed"}})),
      running_(metrics.Gauge("leadrelay_replays_running", "Replays that are publishing.")) {}

void Runner::Wake() {
  ++wakes_;
  scope_.Spawn(TakeUp(scope_.stop_token()));
}

coro::Task<void> Runner::Stop() {
  scope_.RequestStop();
  co_await scope_.Join();
}

coro::Task<void> Runner::TakeUp(std::stop_token stop) {
  auto work = [](WriteSide& side) { return side.outbox.ReadUnfinished(); };
  absl::Duration pause = kShortestPause;
  while (true) {
    absl::StatusOr<std::vector<Outbox::Unfinished>> replays =
        co_await ledger_.Write(work, kTurn, stop);
    if (replays.ok()) {
      for (Outbox::Unfinished& replay : *replays) {
        if (!active_.insert(replay.number).second) continue;
        scope_.Spawn(Run(std::move(replay), stop));
      }
      co_return;
    }
    observe::Error("cannot read which replays to go on with").Error(replays.status());
    absl::Status slept = co_await timers_.Sleep(pause, stop);
    if (!slept.ok()) co_return;
    pause = std::min(pause * 2, kLongestPause);
  }
}

coro::Task<void> Runner::Run(Outbox::Unfinished replay, std::stop_token stop) {
  const int64_t number = replay.number;
  running_.Add(1);
  co_await Replay(std::move(replay), std::move(stop));
  running_.Add(-1);
  active_.erase(number);
}

coro::Task<void> Runner::Replay(Outbox::Unfinished replay, std::stop_token stop) {
  observe::Info("replay publishing")
      .Text("replay_id", replay.replay_id)
      .Real("per_second", std::min(replay.per_second, all_.per_second()));
  Pacer own(replay.per_second);
  const int count = GroupSize(std::min(replay.per_second, all_.per_second()));
  std::vector<SettledItem> settled;
  absl::Duration pause = kShortestPause;
  int64_t published = 0;
  while (true) {
    absl::Status turn = co_await WaitForTurn(own, count, stop);
    if (!turn.ok()) break;
    const int64_t wakes = wakes_;
    absl::StatusOr<std::vector<OutboxItem>> items = co_await Advance(replay.number, settled, count);
    bool stuck = !items.ok();
    if (items.ok()) {
      if (items->empty()) {
        // Sent, paused or cancelled; unless it was resumed just now.
        if (wakes == wakes_) break;
        continue;
      }
      Group group;
      group.replay_id = replay.replay_id;
      group.items = *std::move(items);
      co_await Publish(group, stop);
      for (std::optional<SettledItem>& item : group.settled) {
        if (item.has_value()) settled.push_back(*std::move(item));
      }
      published += static_cast<int64_t>(settled.size());
      stuck = settled.empty();
    } else {
      observe::Error("replay waits for the ledger")
          .Text("replay_id", replay.replay_id)
          .Error(items.status());
    }
    if (!stuck) {
      pause = kShortestPause;
      continue;
    }
    absl::Status slept = co_await timers_.Sleep(pause, stop);
    if (!slept.ok()) break;
    pause = std::min(pause * 2, kLongestPause);
  }
  // What is not noted now would be published once more after the next start.
  if (!settled.empty()) (void)co_await Advance(replay.number, settled, 0);
  observe::Info("replay not publishing any more")
      .Text("replay_id", replay.replay_id)
      .Number("settled", published);
}

coro::Task<absl::Status> Runner::WaitForTurn(Pacer& pacer, int count, std::stop_token stop) {
  absl::Status own =
      co_await timers_.Sleep(pacer.Reserve(count, timers_.clock().Monotonic()), stop);
  if (!own.ok()) co_return own;
  co_return co_await timers_.Sleep(all_.Reserve(count, timers_.clock().Monotonic()), stop);
}

coro::Task<absl::StatusOr<std::vector<OutboxItem>>> Runner::Advance(
    int64_t replay, std::vector<SettledItem>& settled, int limit) {
  const absl::Time now = timers_.clock().Now();
  auto work = [&settled, replay, limit, now](WriteSide& side) {
    return side.outbox.Advance(replay, settled, limit, now);
  };
  // Not stopped with the rest: noting what went out is part of stopping.
  absl::StatusOr<std::vector<OutboxItem>> items =
      co_await ledger_.Write(std::move(work), kTurn, std::stop_token());
  if (items.ok()) settled.clear();
  co_return items;
}

coro::Task<void> Runner::Publish(Group& group, std::stop_token stop) {
  group.settled.resize(group.items.size());
  coro::Scope sending(timers_.loop());
  for (size_t i = 0; i < group.items.size(); ++i) sending.Spawn(PublishOne(group, i, stop));
  co_await sending.Join();
}

coro::Task<void> Runner::PublishOne(Group& group, size_t index, std::stop_token stop) {
  const OutboxItem& item = group.items[index];
  SettledItem settled;
  settled.dead_letter = item.dead_letter;
  if (!destinations_.contains(item.destination)) {
    settled.failure =
        absl::StrCat("destination ", item.destination, " is not in the configuration");
  } else {
    amqp::Message message = ReplayMessage(item, group.replay_id);
    absl::Status sent =
        co_await outlet_.Publish(std::move(message), true, kConfirmTimeout, std::move(stop));
    if (!sent.ok() && !IsFinal(sent)) co_return;
    if (!sent.ok()) settled.failure = std::string(ToStd(sent.message()));
  }
  (settled.failure.empty() ? published_ : failed_).Add();
  group.settled[index] = std::move(settled);
}

}  // namespace leadrelay::dlq
