#pragma once
// Pacer: so many per second, in small groups at even distances.  Pure; the caller brings the time.

#include "absl/time/time.h"

namespace leadrelay::dlq {

class Pacer {
 public:
  // `per_second` above zero.
  explicit Pacer(double per_second) : per_second_(per_second) {}

  // Books the next group of `count` and says how long to wait before it may go.  From any moment
  // on, at most per_second * t + one group go within t.  Time that nobody used is not saved up.
  absl::Duration Reserve(int count, absl::Duration now);

  double per_second() const { return per_second_; }

 private:
  double per_second_;
  absl::Duration next_ = -absl::InfiniteDuration();
};

// How many at once are a good group at this rate: a tenth of a second's worth, 1 to 200.
int GroupSize(double per_second);

}  // namespace leadrelay::dlq
