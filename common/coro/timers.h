#pragma once
// Timers: every deadline and every sleep of the process behind one uv_timer_t.
//
// Cancelling is erasing a map entry, so no handle outlives its owner.  Resolution is 1 ms, and an
// alarm never fires early by the clock's Monotonic().  Loop thread only.

#include <functional>
#include <map>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include <uv.h>

#include "common/coro/clock.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"

namespace leadrelay::coro {

class Timers {
 public:
  explicit Timers(Loop& loop, Clock& clock = Clock::System());
  ~Timers();  // Aborts unless Close() was called and no alarm is pending.
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  using Alarms = std::multimap<absl::Duration, std::function<void()>>;

  // Calls `callback` once after `after`, unless destroyed first.  InfiniteDuration: never.
  class [[nodiscard]] Alarm {
   public:
    Alarm(Timers& timers, absl::Duration after, std::function<void()> callback);
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

   private:
    Timers& timers_;
    bool armed_;
    Alarms::iterator position_;
  };

  // Ok when the time has passed, Cancelled when `stop` came first.
  Task<absl::Status> Sleep(absl::Duration duration, std::stop_token stop);

  // Calls back what is due by the clock.  The uv timer does this; so does a test that has just
  // moved a fake clock.
  void FireDue();

  void Close();
  size_t pending() const { return alarms_.size(); }
  // When the next alarm is due, by the clock's Monotonic(); InfiniteDuration: none.
  absl::Duration next() const {
    return alarms_.empty() ? absl::InfiniteDuration() : alarms_.begin()->first;
  }
  Loop& loop() { return loop_; }
  Clock& clock() { return clock_; }

 private:
  void Arm();

  Loop& loop_;
  Clock& clock_;
  uv_timer_t* timer_;
  absl::Duration armed_for_ = absl::InfiniteDuration();
  Alarms alarms_;
};

}  // namespace leadrelay::coro
