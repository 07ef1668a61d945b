#pragma once
// What delivery tells the ledger: outcome events and dead letters.  Pure.
// Contracts: proto/outcome.v1.schema.json, proto/dead-letter.v1.schema.json.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/lead/envelope.h"

namespace leadrelay::lead {

// Message types (the AMQP property `type`).
inline constexpr std::string_view kAcceptedType = "lead.accepted";       // Body: an Envelope.
inline constexpr std::string_view kAcceptedManyType = "leads.accepted";  // Body: one in each line.
inline constexpr std::string_view kOutcomesType = "delivery.outcomes";   // Body: OutcomeEvents.
inline constexpr std::string_view kDeadLetterType = "delivery.dead";     // Body: a DeadLetter.

// Something that happened to one delivery.  Terminal unless kRetrying.
struct OutcomeEvent {
  enum class Kind { kDelivered, kDuplicate, kSuppressed, kRetrying };
  Kind kind = Kind::kDelivered;
  std::string lead_id;
  std::string destination;
  absl::Time at;
  int attempts = 0;
  std::string remote_id;                      // Delivered, duplicate: the record at the CRM.
  std::string effect;                         // Delivered: "created", "updated" or "".
  std::string reason;                         // Suppressed, retrying: why.
  absl::Time next_at = absl::InfinitePast();  // Retrying: not before.
  std::string replay_id;
  std::vector<Attempt> history;  // Terminal events carry it whole; retrying ones the last attempt.
  friend bool operator==(const OutcomeEvent&, const OutcomeEvent&) = default;
};

std::string_view Name(OutcomeEvent::Kind kind);

// Batches, since one message for many events is what keeps the broker idle.
std::string ToJson(const std::vector<OutcomeEvent>& events);
absl::StatusOr<std::vector<OutcomeEvent>> ParseOutcomes(std::string_view body);

// A delivery that ended without success and waits for an operator.
struct DeadLetter {
  std::string lead_id;  // Empty when the message could not be read.
  std::string destination;
  absl::Time at;
  std::string cause;    // Class: "rejected", "exhausted", "expired", "unreadable", "crashed"
  std::string reason;   // In words: what the CRM said, without personal data.
  std::string remedy;   // In words: what would mend it.
  int status = 0;       // Last HTTP status.
  DeliveryState state;  // With the whole history.
  std::string body;     // The message's body, byte for byte: what a replay publishes again.
  friend bool operator==(const DeadLetter&, const DeadLetter&) = default;

  std::string ToJson() const;  // The body is base64 in it: it may be anything.
  static absl::StatusOr<DeadLetter> Parse(std::string_view json);
};

}  // namespace leadrelay::lead
