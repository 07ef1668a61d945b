#include "services/dlq/ledger/transition.h"

#include <iterator>
#include <tuple>

namespace leadrelay::dlq {
namespace {

using enum State;

constexpr std::string_view kNames[kStates] = {
    "none", "in_flight", "retrying", "delivered", "suppressed", "dead", "discarded"};

// clang-format off
constexpr State kTable[kStates][kFactKinds] = {
  // accepted     retrying     delivered   suppressed   dead         dead copy    discarded    replay sent  returned
  {  kInFlight,   kRetrying,   kDelivered, kSuppressed, kDead,       kDead,       kNone,       kNone,       kNone       },  // none
  {  kInFlight,   kRetrying,   kDelivered, kSuppressed, kDead,       kInFlight,   kInFlight,   kInFlight,   kDead       },  // in flight
  {  kRetrying,   kRetrying,   kDelivered, kSuppressed, kDead,       kRetrying,   kRetrying,   kRetrying,   kDead       },  // retrying
  {  kDelivered,  kDelivered,  kDelivered, kDelivered,  kDelivered,  kDelivered,  kDelivered,  kDelivered,  kDelivered  },  // delivered
  {  kSuppressed, kSuppressed, kDelivered, kSuppressed, kSuppressed, kSuppressed, kSuppressed, kSuppressed, kSuppressed },  // suppressed
  {  kDead,       kDead,       kDelivered, kSuppressed, kDead,       kDead,       kDiscarded,  kInFlight,   kDead       },  // dead
  {  kDiscarded,  kDiscarded,  kDelivered, kSuppressed, kDead,       kDiscarded,  kDiscarded,  kDiscarded,  kDiscarded  },  // discarded
};
// clang-format on

// The first round cannot be late; any other can once a newer one has begun.
bool IsOfAnotherRound(const DeliveryRecord& record, const Fact& fact) {
  return !record.replay_id.empty() && fact.replay_id != record.replay_id;
}

// Whether the fact has nothing to say about the state, because of the round that it is of.
bool IsLate(const DeliveryRecord& record, const Fact& fact) {
  switch (fact.kind) {
    case Fact::Kind::kRetrying:
      return IsOfAnotherRound(record, fact);
    case Fact::Kind::kReplayReturned:
      return fact.replay_id != record.replay_id;
    default:
      return false;
  }
}

// Of two facts that lead to the same state one must be chosen by what they say, never by which came
// first: the earliest delivery and suppression, the furthest retry, the last word on a death.
bool Outranks(const Fact& fact, const DeliveryRecord& now) {
  const bool same_round = fact.replay_id == now.replay_id;
  switch (now.state) {
    case kDelivered:
      return fact.kind == Fact::Kind::kDelivered &&
             std::tie(fact.at, fact.remote_id, fact.effect, fact.replay_id) <
                 std::tie(now.since, now.remote_id, now.effect, now.replay_id);
    case kSuppressed:
      return fact.kind == Fact::Kind::kSuppressed &&
             std::tie(fact.at, fact.reason, fact.replay_id) <
                 std::tie(now.since, now.reason, now.replay_id);
    case kRetrying:
      return fact.kind == Fact::Kind::kRetrying &&
             (!same_round || std::tie(fact.attempts, fact.at, fact.reason, fact.next_at) >
                                 std::tie(now.attempts, now.since, now.reason, now.next_at));
    case kDead:
      return (fact.kind == Fact::Kind::kDead ||
              (fact.kind == Fact::Kind::kDeadCopy && same_round)) &&
             std::tie(fact.at, fact.reason, fact.replay_id) >
                 std::tie(now.since, now.reason, now.replay_id);
    case kNone:
    case kInFlight:
    case kDiscarded:
      return false;
  }
  return false;
}

}  // namespace

std::string_view Name(State state) {
  return kNames[static_cast<size_t>(state)];
}

State ParseState(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<State>(i);
  }
  return kNone;
}

State Next(State state, Fact::Kind kind) {
  return kTable[static_cast<size_t>(state)][static_cast<size_t>(kind)];
}

DeliveryRecord Apply(DeliveryRecord record, const Fact& fact) {
  if (fact.kind == Fact::Kind::kAccepted) record.accepted = true;
  if (IsLate(record, fact)) return record;
  const State next = Next(record.state, fact.kind);
  if (next == record.state && !Outranks(fact, record)) return record;

  record.state = next;
  record.since = fact.at;
  if (fact.kind == Fact::Kind::kDiscarded) return record;  // Why it died is still worth knowing.
  record.attempts = fact.attempts;
  record.remote_id = fact.remote_id;
  record.effect = fact.effect;
  record.reason = fact.reason;
  record.next_at = fact.next_at;
  record.replay_id = fact.replay_id;
  return record;
}

}  // namespace leadrelay::dlq
