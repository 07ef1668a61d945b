#pragma once
// Clock: where the time comes from.  Code that decides by time takes one, so that tests can turn
// the hands themselves (tests/support/fake_clock.h).

#include "absl/time/time.h"

namespace leadrelay::coro {

class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time.  It can jump either way: use it only for what leaves the process (due times, dates).
  virtual absl::Time Now() const = 0;

  // Time since an arbitrary start.  Never goes back: use it for deadlines and durations.
  virtual absl::Duration Monotonic() const = 0;

  // The machine's clocks.
  static Clock& System();
};

}  // namespace leadrelay::coro
