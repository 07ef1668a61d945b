#pragma once
// Envelope: an accepted lead as it travels, and the headers that travel beside it.  Pure.
//
// The body (proto/envelope.v1.schema.json) is written once, by ingest, and never changes: the same
// bytes reach every destination, the ledger, the dead letter and every replay.  What changes from
// attempt to attempt (DeliveryState) is in the message's headers.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "common/json/json.h"

namespace leadrelay::lead {

// A destination that a rule chose and that this lead may not go to.
struct Suppression {
  std::string destination;
  std::string reason;  // "no consent"
  friend bool operator==(const Suppression&, const Suppression&) = default;
};

struct Envelope {
  std::string lead_id;
  std::string publisher;
  absl::Time accepted_at;
  std::vector<std::string> destinations;
  std::vector<Suppression> suppressed;
  json::Document lead;  // As proto/lead.v1.schema.json, normalised; see ingest/validate.

  std::string ToJson() const { return ToJson(lead.root().ToJson()); }
  // The same with the lead as JSON text, for who has it as that; `lead` is not looked at.
  std::string ToJson(std::string_view lead_json) const;
  // InvalidArgument when the bytes are no envelope of version 1.
  static absl::StatusOr<Envelope> Parse(std::string_view body);
};

// "<lead id>:<destination>"
std::string DeliveryId(std::string_view lead_id, std::string_view destination);

inline constexpr size_t kMaxHistory = 20;

// One finished attempt, as the history keeps it.  In JSON, times are cut to milliseconds and
// reasons to 400 bytes.
struct Attempt {
  int number = 0;  // 1-based.
  absl::Time at;   // When its first request left.
  absl::Duration took;
  std::string verdict;  // The outcome's name: "retry", "unknown", "rejected" ...
  std::string reason;   // In words, no personal data.
  int status = 0;       // The HTTP status that decided; 0 when there was no response.
  friend bool operator==(const Attempt&, const Attempt&) = default;
};

// What a delivery has been through.  Travels in the headers of its message.
struct DeliveryState {
  int attempts = 0;                              // Made so far; throttled ones are not counted.
  absl::Time not_before = absl::InfinitePast();  // InfinitePast: at once.
  std::vector<Attempt> history;                  // In order; the last kMaxHistory are kept.
  std::string progress;                          // JSON object: facts that a later attempt needs.
  bool unknown = false;   // The last attempt's outcome is not known: look before sending.
  std::string replay_id;  // Of the replay that sent it, or empty.
  std::string traceparent;
  friend bool operator==(const DeliveryState&, const DeliveryState&) = default;

  // To and from the headers lr-attempts, lr-not-before (ms since the epoch, rounded up: never
  // early), lr-history (JSON), lr-progress, lr-unknown, lr-replay and traceparent.  A header that
  // is missing or unreadable counts as not set: a delivery is never lost for its history. Write()
  // leaves other headers alone, except that it removes the broker's own (x-death ...).
  void Write(amqp::Message& message) const;
  static DeliveryState Read(const amqp::Message& message);
};

}  // namespace leadrelay::lead
