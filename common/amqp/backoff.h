#pragma once
// Backoff: how long to wait before the next try.  Doubles from `first` to `longest`, and takes a
// random half off, so that clients which lost the same broker do not return in step.

#include <functional>

#include "absl/time/time.h"

namespace leadrelay::amqp {

class Backoff {
 public:
  // `random` returns values in [0, 1).
  Backoff(absl::Duration first, absl::Duration longest, std::function<double()> random);

  // Between half of the current step and all of it; the step then doubles.
  absl::Duration Next();
  void Reset() { step_ = first_; }

 private:
  absl::Duration first_;
  absl::Duration longest_;
  absl::Duration step_;
  std::function<double()> random_;
};

}  // namespace leadrelay::amqp
