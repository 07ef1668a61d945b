#pragma once
// Problem: why an operator's request was not carried out, as RFC 9457 has it, and what to do. Pure.

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/http/message.h"

namespace leadrelay::dlq {

// One thing that is wrong with a request.
struct RequestFault {
  std::string where;  // "parameter since", "/filter/destination"
  std::string detail;
  friend bool operator==(const RequestFault&, const RequestFault&) = default;
};

struct Problem {
  int status = 500;
  std::string code;    // Last part of `type`.
  std::string title;   // The same for every problem of this code.
  std::string detail;  // About this one.
  std::vector<RequestFault> errors;
  friend bool operator==(const Problem&, const Problem&) = default;
};

Problem NotFound(std::string detail);                  // 404
Problem WrongMethod(const std::string& allowed);       // 405
Problem NotJson(std::string detail);                   // 400
Problem BadRequest(std::vector<RequestFault> faults);  // 422
Problem Unauthorized();                                // 401
Problem Forbidden(std::string detail);                 // 403
// What the ledger, Redis or the broker answered: 404, 409, 503 or 500.
Problem FromStatus(const absl::Status& status);

http::Response ToResponse(const Problem& problem);

}  // namespace leadrelay::dlq
