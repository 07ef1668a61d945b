#pragma once
// Decide: what happens to a delivery after an attempt.  Pure: outcome x state x policy x clock.
//
// Exactly one of settle, delay and dead-letter; "the attempts are used up" is decided here and
// nowhere else.

#include <string>
#include <variant>

#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/lead/envelope.h"
#include "services/delivery/connectors/outcome.h"

namespace leadrelay::delivery {

// It is done: tell the ledger, then acknowledge.
struct Settle {
  friend bool operator==(const Settle&, const Settle&) = default;
};

// Try again, not before `until`.
struct Delay {
  absl::Time until;
  friend bool operator==(const Delay&, const Delay&) = default;
};

// It ends here and waits for an operator.
struct DeadLetterIt {
  std::string cause;  // "rejected", "exhausted", "expired".
  std::string reason;
  std::string remedy;
  friend bool operator==(const DeadLetterIt&, const DeadLetterIt&) = default;
};

using Decision = std::variant<Settle, Delay, DeadLetterIt>;

struct AttemptFacts {
  Outcome outcome;
  absl::Time started_at;
  absl::Duration took;
  bool breaker_probe = false;  // The breaker's trial: not held against the lead.
  absl::Time accepted_at;
};

struct Judgement {
  Decision decision;
  lead::DeliveryState state;  // After this attempt: counted, with the attempt in its history.
};

// How long a destination without a word about it is left alone after "slower".
inline constexpr absl::Duration kThrottlePause = absl::Seconds(10);
// The same after its credential was refused.
inline constexpr absl::Duration kUnauthorizedPause = absl::Minutes(1);
// After a token endpoint has said that it gives no more tokens for now: Zoho's ten minutes.
inline constexpr absl::Duration kTokenPause = absl::Minutes(10);
// The history keeps this many attempts.
inline constexpr size_t kHistoryLength = 20;

// Which attempts count: retry and unknown do, unless they were the breaker's probe; throttled and
// unauthorized do not, since the lead had no part in them.  A Retry-After decides the time alone
// and exactly; otherwise the ladder's step for this attempt, plus up to `jitter` of it, never less.
// `chance` is a random number in [0, 1).
Judgement Decide(const AttemptFacts& facts,
                 const lead::DeliveryState& before,
                 const config::RetryPolicy& policy,
                 absl::Time now,
                 double chance);

}  // namespace leadrelay::delivery
