#include "services/delivery/connectors/outcome.h"

#include <utility>

namespace leadrelay::delivery {
namespace {

using Kind = Outcome::Kind;

Outcome Make(Kind kind, std::string reason, int status) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.reason = std::move(reason);
  outcome.status = status;
  return outcome;
}

}  // namespace

Outcome Outcome::Delivered(std::string remote_id, std::string effect, int status) {
  Outcome outcome = Make(Kind::kDelivered, "", status);
  outcome.remote_id = std::move(remote_id);
  outcome.effect = std::move(effect);
  return outcome;
}

Outcome Outcome::Duplicate(std::string remote_id, int status) {
  Outcome outcome = Make(Kind::kDuplicate, "", status);
  outcome.remote_id = std::move(remote_id);
  return outcome;
}

Outcome Outcome::Retry(std::string reason, int status) {
  return Make(Kind::kRetry, std::move(reason), status);
}

Outcome Outcome::Throttled(std::string reason, std::optional<absl::Duration> after, int status) {
  Outcome outcome = Make(Kind::kThrottled, std::move(reason), status);
  outcome.retry_after = after;
  return outcome;
}

Outcome Outcome::Unauthorized(std::string reason, std::string remedy, int status) {
  Outcome outcome = Make(Kind::kUnauthorized, std::move(reason), status);
  outcome.remedy = std::move(remedy);
  return outcome;
}

Outcome Outcome::Unknown(std::string reason) {
  return Make(Kind::kUnknown, std::move(reason), 0);
}

Outcome Outcome::Rejected(std::string reason, std::string remedy, int status) {
  Outcome outcome = Make(Kind::kRejected, std::move(reason), status);
  outcome.remedy = std::move(remedy);
  return outcome;
}

std::string_view Name(Outcome::Kind kind) {
  switch (kind) {
    case Kind::kDelivered:
      return "delivered";
    case Kind::kDuplicate:
      return "duplicate";
    case Kind::kRetry:
      return "retry";
    case Kind::kThrottled:
      return "throttled";
    case Kind::kUnauthorized:
      return "unauthorized";
    case Kind::kUnknown:
      return "unknown";
    case Kind::kRejected:
      return "rejected";
  }
  return "unknown";
}

}  // namespace leadrelay::delivery
