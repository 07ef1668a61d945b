#pragma once
// Transition: how the state of one delivery follows from what the ledger is told about it.  Pure.
//
// Messages arrive late, twice and in any order (an outcome may overtake its acceptance, a dead
// letter the retries before it), so the rules are made to converge: the same facts in any order and
// number end in the same record.  What decides:
//
//   delivered   wins over everything: the CRM has it, whatever else was said before or after
//   suppressed  wins over everything but delivered: it must not go there
//   dead        wins over in flight and retrying, until an operator discards or replays it
//
// A replay starts a new round; `replay_id` names the round that the state is of ("" is the first).
// What an earlier round has to say late does not touch the state, unless it is "delivered" or
// "suppressed".

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace leadrelay::dlq {

enum class State {
  kNone,  // Nothing known: no row.
  kInFlight,
  kRetrying,  // In flight, after a failed attempt.
  kDelivered,
  kSuppressed,
  kDead,
  kDiscarded,  // Dead, and an operator decided to leave it.
};
inline constexpr int kStates = 7;

std::string_view Name(State state);
State ParseState(std::string_view name);  // kNone for an unknown name.

// What a message or an operator says about a delivery.
struct Fact {
  enum class Kind {
    kAccepted,
    kRetrying,
    kDelivered,
    kSuppressed,
    kDead,            // The first dead letter of its round.
    kDeadCopy,        // Another copy of one that is known.
    kDiscarded,       // Operator.
    kReplaySent,      // The replay `replay_id` begins to publish it.
    kReplayReturned,  // ... could not, or gave it up: it waits for an operator as before.
  };
  Kind kind = Kind::kAccepted;
  absl::Time at;
  std::string replay_id;
  int attempts = 0;
  std::string remote_id;
  std::string effect;
  std::string reason;
  absl::Time next_at = absl::InfinitePast();
};
inline constexpr int kFactKinds = 9;

struct DeliveryRecord {
  State state = State::kNone;
  bool accepted = false;  // Its acceptance has been seen; only then it is in the books' left side.
  std::string replay_id;
  int attempts = 0;  // Of this round.
  std::string remote_id;
  std::string effect;  // Delivered: "created", "updated", "duplicate" or "".
  std::string reason;  // Retrying, suppressed, dead: why.
  absl::Time next_at = absl::InfinitePast();
  absl::Time since = absl::InfinitePast();  // When the fact that the state rests on happened.
  friend bool operator==(const DeliveryRecord&, const DeliveryRecord&) = default;
};

// The state alone: the table.
State Next(State state, Fact::Kind kind);

// The whole record.
DeliveryRecord Apply(DeliveryRecord record, const Fact& fact);

}  // namespace leadrelay::dlq
