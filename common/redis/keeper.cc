#include "common/redis/keeper.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::redis {
namespace {

// Doubles from kFirstBackoff to kLastBackoff; jittered downwards, so that the replicas of a service
// do not all come back in the same instant.
class Backoff {
 public:
  void Reset() { next_ = kFirstBackoff; }
  absl::Duration Next() {
    const absl::Duration wait = next_ * std::uniform_real_distribution<>(0.5, 1.0)(random_);
    next_ = std::min(next_ * 2, kLastBackoff);
    return wait;
  }

 private:
  absl::Duration next_ = kFirstBackoff;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

Keeper::Keeper(coro::Loop& loop,
               coro::Timers& timers,
               Options options,
               std::function<void(bool connected)> on_change)
    : timers_(timers),
      options_(std::move(options)),
      on_change_(std::move(on_change)),
      link_(loop, timers) {}

absl::Status Keeper::status() const {
  if (link_.connected()) return absl::OkStatus();
  if (!last_try_.ok()) return last_try_;
  return absl::UnavailableError(absl::StrCat("redis: ", link_.why_lost()));
}

coro::Task<void> Keeper::Run(std::stop_token stop) {
  Backoff backoff;
  while (!stop.stop_requested()) {
    last_try_ = co_await link_.Connect(options_, stop);
    if (last_try_.ok()) {
      backoff.Reset();
      on_change_(true);
      co_await WatchUntilLost(stop);
      on_change_(false);
    }
    absl::Duration wait = backoff.Next();
    (void)co_await timers_.Sleep(wait, stop);
  }
}

coro::Task<void> Keeper::WatchUntilLost(std::stop_token stop) {
  while (link_.connected()) {
    if (stop.stop_requested()) {
      link_.Drop("the client is closing");
      co_return;
    }
    const absl::Duration quiet_for = timers_.clock().Monotonic() - link_.last_heard();
    if (!link_.doubtful() && quiet_for < kQuiet) {
      absl::Duration rest = kQuiet - quiet_for;
      (void)co_await link_.trouble().Wait(rest, stop);
      continue;
    }
    const absl::Duration asked_at = timers_.clock().Monotonic();
    link_.Ping();
    absl::Duration left = kPingTimeout;
    while (link_.connected() && left > absl::ZeroDuration() && !stop.stop_requested()) {
      (void)co_await link_.trouble().Wait(left, stop);
      left = asked_at + kPingTimeout - timers_.clock().Monotonic();
    }
    if (link_.connected() && link_.last_heard() < asked_at && !stop.stop_requested()) {
      link_.Drop(absl::StrCat("no answer to a PING within ", absl::FormatDuration(kPingTimeout)));
    }
  }
}

}  // namespace leadrelay::redis
