#pragma once
// Keeper: keeps one Link connected: opens it again with back-off, and ends a connection on which
// nothing comes back any more (a server that hangs, a network that swallows packets).
// Loop thread only.

#include <functional>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/coro/task.h"
#include "common/redis/link.h"

namespace leadrelay::redis {

// After this long without a reply the server is asked for one.
inline constexpr absl::Duration kQuiet = absl::Seconds(10);
// How long it has for that.
inline constexpr absl::Duration kPingTimeout = absl::Seconds(2);
inline constexpr absl::Duration kFirstBackoff = absl::Milliseconds(50);
inline constexpr absl::Duration kLastBackoff = absl::Seconds(2);

class Keeper {
 public:
  Keeper(coro::Loop& loop,
         coro::Timers& timers,
         Options options,
         std::function<void(bool connected)> on_change);

  // Returns once `stop` has been requested, with the link dropped.
  coro::Task<void> Run(std::stop_token stop);

  Link& link() { return link_; }
  const Link& link() const { return link_; }
  // Ok while connected; else what the last try met.
  absl::Status status() const;

 private:
  coro::Task<void> WatchUntilLost(std::stop_token stop);

  coro::Timers& timers_;
  Options options_;
  std::function<void(bool connected)> on_change_;
  Link link_;
  absl::Status last_try_ = absl::UnavailableError("redis: not connected yet");
};

}  // namespace leadrelay::redis
