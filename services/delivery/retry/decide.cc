#include "services/delivery/retry/decide.h"

#include <algorithm>
#include <utility>

namespace leadrelay::delivery {
namespace {

using Kind = Outcome::Kind;

bool Counts(const AttemptFacts& facts) {
  switch (facts.outcome.kind) {
    case Kind::kThrottled:
    case Kind::kUnauthorized:
      return false;
    case Kind::kRetry:
    case Kind::kUnknown:
      return !facts.breaker_probe;
    case Kind::kDelivered:
    case Kind::kDuplicate:
    case Kind::kRejected:
      return true;
  }
  return true;
}

// A doubt about an earlier request is laid to rest only by a verdict on the record itself.
bool StaysUnknown(Kind kind, bool unknown_before) {
  switch (kind) {
    case Kind::kUnknown:
      return true;
    case Kind::kRetry:
    case Kind::kThrottled:
    case Kind::kUnauthorized:
    case Kind::kRejected:
      return unknown_before;
    case Kind::kDelivered:
    case Kind::kDuplicate:
      return false;
  }
  return unknown_before;
}

void Remember(const AttemptFacts& facts, lead::DeliveryState& state) {
  lead::Attempt attempt;
  attempt.number = state.attempts;
  attempt.at = facts.started_at;
  attempt.took = facts.took;
  attempt.verdict = std::string(Name(facts.outcome.kind));
  attempt.reason = facts.outcome.reason;
  attempt.status = facts.outcome.status;
  state.history.push_back(std::move(attempt));
  if (state.history.size() > kHistoryLength) {
    state.history.erase(state.history.begin(), state.history.end() - kHistoryLength);
  }
}

absl::Duration LadderStep(const config::RetryPolicy& policy, int attempts, double chance) {
  if (policy.ladder.empty()) return absl::ZeroDuration();
  size_t step = std::min(policy.ladder.size(), static_cast<size_t>(std::max(1, attempts))) - 1;
  return policy.ladder[step] * (1.0 + policy.jitter * chance);
}

// When an attempt that did not work is tried again.
absl::Time NextTime(const AttemptFacts& facts,
                    const config::RetryPolicy& policy,
                    int attempts,
                    absl::Time now,
                    double chance) {
  if (facts.outcome.retry_after.has_value()) return now + *facts.outcome.retry_after;
  switch (facts.outcome.kind) {
    case Kind::kThrottled:
      return now + kThrottlePause;
    case Kind::kUnauthorized:
      return now + kUnauthorizedPause;
    default:
      return now + LadderStep(policy, attempts, chance);
  }
}

Decision DecideRetry(const AttemptFacts& facts,
                     const config::RetryPolicy& policy,
                     int attempts,
                     absl::Time now,
                     double chance) {
  if (Counts(facts) && attempts > static_cast<int>(policy.ladder.size())) {
    return DeadLetterIt{
        "exhausted", facts.outcome.reason, "replay it once the destination accepts leads again"};
  }
  absl::Time next = NextTime(facts, policy, attempts, now, chance);
  if (next > facts.accepted_at + policy.max_age) {
    return DeadLetterIt{"expired",
                        facts.outcome.reason,
                        "the lead is older than retry.max_age: replay it if it is still wanted"};
  }
  return Delay{next};
}

}  // namespace

Judgement Decide(const AttemptFacts& facts,
                 const lead::DeliveryState& before,
                 const config::RetryPolicy& policy,
                 absl::Time now,
                 double chance) {
  Judgement judgement{Settle{}, before};
  lead::DeliveryState& state = judgement.state;
  if (Counts(facts)) ++state.attempts;
  state.unknown = StaysUnknown(facts.outcome.kind, before.unknown);
  Remember(facts, state);
  switch (facts.outcome.kind) {
    case Kind::kDelivered:
    case Kind::kDuplicate:
      state.not_before = absl::InfinitePast();
      break;
    case Kind::kRejected:
      judgement.decision = DeadLetterIt{"rejected", facts.outcome.reason, facts.outcome.remedy};
      break;
    case Kind::kRetry:
    case Kind::kThrottled:
    case Kind::kUnauthorized:
    case Kind::kUnknown:
      judgement.decision = DecideRetry(facts, policy, state.attempts, now, chance);
      if (const auto* delay = std::get_if<Delay>(&judgement.decision)) {
        state.not_before = delay->until;
      }
      break;
  }
  return judgement;
}

}  // namespace leadrelay::delivery
