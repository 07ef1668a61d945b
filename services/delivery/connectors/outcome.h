#pragma once
// Outcome: what became of one attempt.  A closed type, decided once, beside the response.  Pure.

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace leadrelay::delivery {

struct Outcome {
  enum class Kind {
    kDelivered,     // The CRM has it.  remote_id, effect.
    kDuplicate,     // It had it already, from us.  remote_id.
    kRetry,         // A passing trouble; counted as an attempt.
    kThrottled,     // The CRM says "slower": not counted, pauses the destination everywhere.
    kUnauthorized,  // The credential was refused: refresh once, then pause the destination.
    kUnknown,       // It may have been processed: look it up before sending again.
    kRejected,      // It will never work like this: dead-letter now.
  };

  Kind kind = Kind::kRetry;
  std::string remote_id;
  std::string effect;  // "created", "updated" or "".
  std::string reason;  // What happened, in words, with the CRM's code; no lead's data.
  std::string remedy;  // Rejected, unauthorized: what the operator can do about it.
  std::optional<absl::Duration> retry_after;  // What the CRM asked for; honoured exactly.
  int status = 0;                             // The HTTP status that decided; 0: none.
  bool strains_destination = false;  // Retry: it is the CRM that is ill, not this record (breaker).

  static Outcome Delivered(std::string remote_id, std::string effect, int status);
  static Outcome Duplicate(std::string remote_id, int status);
  static Outcome Retry(std::string reason, int status);
  static Outcome Throttled(std::string reason, std::optional<absl::Duration> after, int status);
  static Outcome Unauthorized(std::string reason, std::string remedy, int status);
  static Outcome Unknown(std::string reason);
  static Outcome Rejected(std::string reason, std::string remedy, int status);

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string_view Name(Outcome::Kind kind);

}  // namespace leadrelay::delivery
