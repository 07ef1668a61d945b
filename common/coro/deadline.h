#pragma once
// Deadline: a stop token that fires when a parent's does, or when the time is up.  For calls that
// take a stop token and no timeout.  Loop thread only.

#include <functional>
#include <stop_token>
#include <utility>

#include "common/coro/timers.h"

namespace leadrelay::coro {

class Deadline {
 public:
  Deadline(Timers& timers, std::stop_token parent, absl::Duration after)
      : alarm_(timers,
               after,
               [this] {
                 passed_ = true;
                 source_.request_stop();
               }),
        on_parent_(std::move(parent), [this] { source_.request_stop(); }) {}

  std::stop_token token() const { return source_.get_token(); }
  bool passed() const { return passed_; }

 private:
  std::stop_source source_;
  bool passed_ = false;
  Timers::Alarm alarm_;
  std::stop_callback<std::function<void()>> on_parent_;
};

}  // namespace leadrelay::coro
