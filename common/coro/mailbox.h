#pragma once
// Mailbox<T>: a queue between producers on the loop and one consumer coroutine.  It is not bounded
// by itself: whoever fills it is bounded by something it says (prefetch, a request limit).
// Loop thread only.

#include <algorithm>
#include <deque>
#include <stop_token>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::coro {

template <typename T>
class Mailbox {
 public:
  explicit Mailbox(Timers& timers) : timers_(timers), changed_(timers) {}

  void Push(T item) {
    items_.push_back(std::move(item));
    changed_.NotifyAll();
  }

  // Waits until an item is here, then up to `linger` for `enough` of them.  False only when `stop`
  // was requested while nothing was there.
  Task<bool> WaitReady(size_t enough, absl::Duration linger, std::stop_token stop) {
    while (items_.empty()) {
      absl::Status woken = co_await changed_.Wait(absl::InfiniteDuration(), stop);
      if (!woken.ok() && items_.empty()) co_return false;
    }
    if (items_.size() >= enough || linger <= absl::ZeroDuration()) co_return true;
    const absl::Duration until = timers_.clock().Monotonic() + linger;
    while (items_.size() < enough) {
      absl::Duration left = until - timers_.clock().Monotonic();
      if (left <= absl::ZeroDuration()) break;
      absl::Status woken = co_await changed_.Wait(left, stop);
      if (!woken.ok()) break;
    }
    co_return true;
  }

  // At most `max` of what is here, in order; none when it is empty.
  std::vector<T> TakeNow(size_t max) {
    std::vector<T> taken;
    const size_t count = std::min(max, items_.size());
    taken.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      taken.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return taken;
  }

  // WaitReady(), then TakeNow().
  Task<std::vector<T>> Take(size_t max, absl::Duration linger, std::stop_token stop) {
    (void)co_await WaitReady(max, linger, std::move(stop));
    co_return TakeNow(max);
  }

  // Puts an item back to where it will be taken next.
  void PushFront(T item) {
    items_.push_front(std::move(item));
    changed_.NotifyAll();
  }

  // Everything that nobody has taken.
  std::deque<T> Drain() { return std::exchange(items_, {}); }

  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }

 private:
  Timers& timers_;
  Signal changed_;
  std::deque<T> items_;
};

}  // namespace leadrelay::coro
