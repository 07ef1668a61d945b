#include "common/amqp/backoff.h"

#include <algorithm>
#include <utility>

namespace leadrelay::amqp {

Backoff::Backoff(absl::Duration first, absl::Duration longest, std::function<double()> random)
    : first_(first), longest_(longest), step_(first), random_(std::move(random)) {}

absl::Duration Backoff::Next() {
  const absl::Duration wait = step_ * (1 - random_() / 2);
  step_ = std::min(longest_, 2 * step_);
  return wait;
}

}  // namespace leadrelay::amqp
