#include "common/coro/signal.h"

#include <utility>

namespace leadrelay::coro {

void Signal::NotifyAll() {
  for (Completion<absl::Status>* waiter : waiting_) waiter->Set(absl::OkStatus());
}

Task<absl::Status> Signal::Wait(absl::Duration timeout, std::stop_token stop) {
  Completion<absl::Status> done(timers_.loop());
  auto position = waiting_.insert(waiting_.end(), &done);
  absl::Status woken;
  {
    Timers::Alarm deadline(
        timers_, timeout, [&done] { done.Set(absl::DeadlineExceededError("not notified")); });
    std::stop_callback on_stop(std::move(stop),
                               [&done] { done.Set(absl::CancelledError("stopped")); });
    woken = co_await done;
  }
  waiting_.erase(position);
  co_return woken;
}

}  // namespace leadrelay::coro
