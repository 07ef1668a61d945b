#pragma once
// Faults: what the sandbox does wrong on demand.  Pure.
//
// A rule is given to POST /_control/faults as JSON, all members but `kind` optional:
//   {"kind": "status", "status": 503, "retry_after": "2", "body": "...",
//    "system": "hubspot", "path": "/batch/upsert", "body_contains": "x@example.com",
//    "times": 3, "skip": 0, "share": 1.0, "millis": 500}
//
//   status         answer this status instead of doing the work
//   latency        wait `millis`, then do the work
//   stall          never answer (until the client gives up)
//   close          close the connection before doing the work
//   drop_response  do the work, then close the connection: the client cannot know
//   malformed      do the work, answer its status with a body cut in half
//   expire_tokens  every token issued so far is expired from now on (once, at once)

#include <cstdint>
#include <list>
#include <optional>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/http/message.h"
#include "common/json/json.h"

namespace leadrelay::sandbox {

struct Fault {
  enum class Kind { kStatus, kLatency, kStall, kClose, kDropResponse, kMalformed, kExpireTokens };
  Kind kind = Kind::kStatus;
  std::string system;         // Empty: any.
  std::string path;           // A part of the path; empty: any.
  std::string body_contains;  // A part of the body; empty: any.
  int64_t times = -1;         // How often; -1: until removed.
  int64_t skip = 0;           // How many matching requests go by first.
  double share = 1.0;         // Of the matching requests.
  int status = 500;
  std::string retry_after;
  std::string body;
  absl::Duration wait;
};

absl::StatusOr<Fault> ParseFault(const json::Value& value);

class Faults {
 public:
  explicit Faults(uint64_t seed = 1) : random_(seed) {}

  void Add(Fault fault) { faults_.push_back(std::move(fault)); }
  void Clear() { faults_.clear(); }

  // The first rule that applies to this request, counted down.
  std::optional<Fault> Take(const std::string& system, const http::Request& request);

 private:
  std::list<Fault> faults_;
  std::mt19937_64 random_;
};

}  // namespace leadrelay::sandbox
