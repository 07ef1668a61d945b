#include "common/coro/timers.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "common/coro/completion.h"

namespace leadrelay::coro {

Timers::Timers(Loop& loop, Clock& clock) : loop_(loop), clock_(clock), timer_(new uv_timer_t) {
  uv_timer_init(loop_.raw(), timer_);
  timer_->data = this;
}

Timers::~Timers() {
  if (timer_ != nullptr || !alarms_.empty()) std::abort();
}

void Timers::Close() {
  if (timer_ == nullptr) return;
  uv_close(reinterpret_cast<uv_handle_t*>(timer_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
  timer_ = nullptr;
}

void Timers::Arm() {
  if (timer_ == nullptr) return;
  absl::Duration next = alarms_.empty() ? absl::InfiniteDuration() : alarms_.begin()->first;
  if (next == armed_for_) return;
  armed_for_ = next;
  if (alarms_.empty()) {
    uv_timer_stop(timer_);
    return;
  }
  // Rounded up, so that the alarm is due when the timer fires; libuv counts from its cached time.
  absl::Duration wait = std::max(absl::ZeroDuration(), next - clock_.Monotonic());
  uv_update_time(loop_.raw());
  uv_timer_start(
      timer_,
      [](uv_timer_t* timer) { static_cast<Timers*>(timer->data)->FireDue(); },
      static_cast<uint64_t>(absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))),
      0);
}

void Timers::FireDue() {
  armed_for_ = absl::InfiniteDuration();
  absl::Duration now = clock_.Monotonic();
  while (!alarms_.empty() && alarms_.begin()->first <= now) {
    std::function<void()> callback = std::move(alarms_.begin()->second);
    alarms_.erase(alarms_.begin());
    callback();
  }
  Arm();
}

Timers::Alarm::Alarm(Timers& timers, absl::Duration after, std::function<void()> callback)
    : timers_(timers), armed_(after != absl::InfiniteDuration()) {
  if (!armed_) return;
  absl::Duration at = timers_.clock_.Monotonic() + std::max(absl::ZeroDuration(), after);
  position_ = timers_.alarms_.emplace(at, [this, callback = std::move(callback)] {
    armed_ = false;
    callback();
  });
  timers_.Arm();
}

Timers::Alarm::~Alarm() {
  if (!armed_) return;
  timers_.alarms_.erase(position_);
  timers_.Arm();
}

Task<absl::Status> Timers::Sleep(absl::Duration duration, std::stop_token stop) {
  Completion<absl::Status> done(loop_);
  Alarm alarm(*this, duration, [&done] { done.Set(absl::OkStatus()); });
  std::stop_callback on_stop(std::move(stop),
                             [&done] { done.Set(absl::CancelledError("stopped")); });
  co_return co_await done;
}

}  // namespace leadrelay::coro
