#include "services/dlq/replay/pacer.h"

#include <algorithm>

namespace leadrelay::dlq {

absl::Duration Pacer::Reserve(int count, absl::Duration now) {
  const absl::Duration at = std::max(now, next_);
  next_ = at + absl::Seconds(count / per_second_);
  return at - now;
}

int GroupSize(double per_second) {
  constexpr double kLargest = 200;
  return static_cast<int>(std::clamp(per_second / 10, 1.0, kLargest));
}

}  // namespace leadrelay::dlq
