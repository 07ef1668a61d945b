#pragma once
// Problem: why a lead was not taken, as RFC 9457 has it.  One per answer of the design; the same
// document answers an HTTP request, stands in a batch's results, and goes with a lead that is
// rejected over AMQP.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "common/json/json.h"
#include "services/ingest/validate/fault.h"

namespace leadrelay::ingest {

struct Problem {
  int status = 500;
  std::string code;    // Last part of `type`: "invalid-lead".
  std::string title;   // The same for every problem of this code.
  std::string detail;  // About this one; no personal data.
  std::vector<Fault> errors;
  absl::Duration retry_after;  // Above zero: the same request may succeed then.

  bool passing() const { return retry_after > absl::ZeroDuration(); }
  friend bool operator==(const Problem&, const Problem&) = default;
};

Problem NotJson(std::string detail);               // 400
Problem BadKey(std::string detail);                // 400: the Idempotency-Key header
Problem Unauthorized();                            // 401
Problem ForbiddenOrigin();                         // 403
Problem UnknownPublisher(std::string detail);      // 403: over AMQP
Problem NotFound(std::string detail);              // 404
Problem WrongMethod(std::string_view allow);       // 405
Problem InFlight();                                // 409
Problem TooLarge(std::string detail);              // 413
Problem WrongMediaType(std::string detail);        // 415
Problem InvalidLead(std::vector<Fault> faults);    // 422
Problem KeyReused();                               // 422
Problem TooManyLeads(absl::Duration retry_after);  // 429
Problem Unavailable(std::string detail);           // 503

// {"type","title","status","detail","errors":[{"pointer","detail"}]}
void WriteProblem(json::Writer& writer, const Problem& problem);

// application/problem+json, with Retry-After in whole seconds and WWW-Authenticate where they
// belong.
http::Response ProblemResponse(const Problem& problem);

}  // namespace leadrelay::ingest
