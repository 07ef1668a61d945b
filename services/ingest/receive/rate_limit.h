#pragma once
// RateLimit: the generic cell rate algorithm on values.  Pure.
//
// Redis runs the same arithmetic for all replicas (idempotency_scripts.h); this one bounds a single
// process while Redis is away.

#include "absl/time/time.h"

namespace leadrelay::ingest {

struct Rate {
  double per_second = 0;  // 0: no limit.
  int burst = 1;
  absl::Duration interval() const { return absl::Seconds(1) / per_second; }
};

class RateLimit {
 public:
  struct Grant {
    int admitted = 0;            // The first so many of those asked for.
    absl::Duration retry_after;  // When one more would be; zero when all were admitted.
    friend bool operator==(const Grant&, const Grant&) = default;
  };

  // `now` is monotonic and never goes back.
  Grant Take(const Rate& rate, int count, absl::Duration now);

 private:
  absl::Duration next_ = -absl::InfiniteDuration();  // The theoretical arrival time.
};

}  // namespace leadrelay::ingest
