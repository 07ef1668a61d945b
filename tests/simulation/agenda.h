#pragma once
// Agenda: what is going to happen in the world, in order of time; what was entered first comes
// first among equals.  Its time is the world's, from 0 on.

#include <functional>
#include <map>
#include <utility>

#include "absl/time/time.h"

namespace leadrelay::simulation {

class Agenda {
 public:
  using Step = std::function<void()>;

  absl::Duration now() const { return now_; }
  // The world's wall clock.
  absl::Time wall() const { return absl::FromUnixSeconds(1'790'000'000) + now_; }

  void After(absl::Duration delay, Step step) { At(now_ + delay, std::move(step)); }
  void At(absl::Duration when, Step step) { steps_.emplace(std::max(when, now_), std::move(step)); }

  // InfiniteDuration: nothing is going to happen.
  absl::Duration next() const {
    return steps_.empty() ? absl::InfiniteDuration() : steps_.begin()->first;
  }
  void MoveTo(absl::Duration when) { now_ = std::max(now_, when); }
  void TakeNext() {
    Step step = std::move(steps_.begin()->second);
    MoveTo(steps_.begin()->first);
    steps_.erase(steps_.begin());
    step();
  }

 private:
  absl::Duration now_ = absl::ZeroDuration();
  std::multimap<absl::Duration, Step> steps_;
};

}  // namespace leadrelay::simulation
