#include "services/ingest/receive/rate_limit.h"

#include <algorithm>

namespace leadrelay::ingest {

RateLimit::Grant RateLimit::Take(const Rate& rate, int count, absl::Duration now) {
  if (rate.per_second <= 0) return Grant{count, absl::ZeroDuration()};
  const absl::Duration interval = rate.interval();
  const absl::Duration room = now + std::max(rate.burst, 1) * interval - std::max(next_, now);
  const auto free = std::max<int64_t>(0, static_cast<int64_t>(absl::FDivDuration(room, interval)));
  Grant grant;
  grant.admitted = static_cast<int>(std::min<int64_t>(count, free));
  next_ = std::max(next_, now) + grant.admitted * interval;
  if (grant.admitted < count) {
    grant.retry_after = next_ + interval - (now + std::max(rate.burst, 1) * interval);
  }
  return grant;
}

}  // namespace leadrelay::ingest
