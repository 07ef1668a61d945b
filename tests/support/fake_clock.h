#pragma once
// FakeClock: a clock whose hands the test turns.

#include "absl/time/time.h"

#include "common/coro/clock.h"
#include "common/coro/timers.h"

namespace leadrelay::test {

class FakeClock final : public coro::Clock {
 public:
  absl::Time Now() const override { return now_; }
  absl::Duration Monotonic() const override { return monotonic_; }

  // Moves both clocks and fires what has become due.  The coroutines that were woken run on the
  // loop's next turns.
  void Advance(absl::Duration by, coro::Timers* timers = nullptr) {
    now_ += by;
    monotonic_ += by;
    if (timers != nullptr) timers->FireDue();
  }

  // Moves the wall clock alone, as an operator or NTP does.
  void Jump(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1'790'000'000);
  absl::Duration monotonic_ = absl::Seconds(1000);
};

}  // namespace leadrelay::test
