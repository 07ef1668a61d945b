#include "tests/simulation/host.h"

#include <utility>

namespace leadrelay::simulation {
namespace {

// A process that has not ended after so many alarms never will.
constexpr int kMostAlarms = 10'000;

}  // namespace

Host::Host(Agenda& agenda, Journal& journal, std::string name)
    : agenda_(agenda),
      journal_(journal),
      name_(std::move(name)),
      clock_(agenda),
      timers_(loop_, clock_) {}

Host::~Host() {
  timers_.Close();
}

void Host::Happen(std::function<void()> what) {
  if (!alive_) return;
  if (stalled()) {
    agenda_.At(stalled_until_,
               [this, what = std::move(what)]() mutable { Happen(std::move(what)); });
    return;
  }
  what();
  Settle();
}

absl::Duration Host::next_alarm() const {
  if (!alive_ || timers_.next() == absl::InfiniteDuration()) return absl::InfiniteDuration();
  const absl::Duration due = timers_.next() - clock_.Monotonic() + agenda_.now();
  return std::max({due, stalled_until_, agenda_.now()});
}

void Host::FireAlarms() {
  timers_.FireDue();
  Settle();
}

bool Host::WindDown(const std::function<bool()>& ended) {
  Settle();
  for (int alarms = 0; !ended(); ++alarms) {
    if (alarms == kMostAlarms || timers_.next() == absl::InfiniteDuration()) return false;
    clock_.beyond += std::max(absl::ZeroDuration(), timers_.next() - clock_.Monotonic());
    timers_.FireDue();
    Settle();
  }
  return true;
}

// Work that is given to libuv's threads is waited for, so that it takes no time.  Nothing is due
// when libuv looks at its own timers, which go by the machine's clock.
void Host::Settle() {
  while (true) {
    loop_.RunReady();
    if (timers_.next() <= clock_.Monotonic()) {
      timers_.FireDue();
    } else if (loop_.raw()->active_reqs.count > 0) {
      uv_run(loop_.raw(), UV_RUN_ONCE);
    } else {
      return;
    }
  }
}

}  // namespace leadrelay::simulation
