#pragma once
// Signal: "something changed, look again".  Wakes everybody who waits at the moment of NotifyAll();
// it keeps no memory, so check the condition before waiting.  Loop thread only.
//
//   while (!condition()) {
//     absl::Status woken = co_await signal.Wait(absl::Seconds(5), stop);
//     if (!woken.ok()) co_return woken;
//   }

#include <list>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/coro/completion.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::coro {

class Signal {
 public:
  explicit Signal(Timers& timers) : timers_(timers) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void NotifyAll();

  // Ok when notified, DeadlineExceeded after `timeout`, Cancelled when `stop` came first.
  Task<absl::Status> Wait(absl::Duration timeout, std::stop_token stop);

 private:
  Timers& timers_;
  std::list<Completion<absl::Status>*> waiting_;
};

}  // namespace leadrelay::coro
