#include "common/coro/semaphore.h"

namespace leadrelay::coro {

Task<absl::StatusOr<Semaphore::Permit>> Semaphore::Acquire(absl::Duration timeout,
                                                           std::stop_token stop) {
  if (free_ > 0) {
    --free_;
    co_return Permit(this);
  }
  Completion<absl::Status> done(timers_.loop());
  auto position = waiting_.insert(waiting_.end(), &done);
  absl::Status granted;
  {
    Timers::Alarm deadline(
        timers_, timeout, [&done] { done.Set(absl::DeadlineExceededError("no free place")); });
    std::stop_callback on_stop(std::move(stop),
                               [&done] { done.Set(absl::CancelledError("stopped")); });
    granted = co_await done;
  }
  waiting_.erase(position);
  if (!granted.ok()) co_return granted;
  co_return Permit(this);
}

void Semaphore::Release() {
  for (Completion<absl::Status>* waiter : waiting_) {
    if (waiter->Set(absl::OkStatus())) return;  // The place goes straight to the first in line.
  }
  ++free_;
}

}  // namespace leadrelay::coro
