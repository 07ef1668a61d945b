#pragma once
// What Close's error answers mean.  Pure.
//
// Three forms, one or more at a time (developer.close.com, "HTTP Response Codes"):
//   {"error":"..."}   {"errors":["..."]}   {"field-errors":{"contacts":{"0":{"emails":..}}}}
// Texts may quote the lead, so none is ever passed on: only the names of fields, and whether the
// fault is that a required one is missing.

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

struct FieldError {
  std::string field;  // "contacts.emails.email"; only names that Close's records have.
  bool required = false;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

// In the order of the answer; a name that is none of Close's is left out of its path.
std::vector<FieldError> ReadFieldErrors(const json::Value& body);

// "HTTP 400: name (required), contacts.emails.email"
std::string Describe(int status, const std::vector<FieldError>& errors);

// `creates`: a repeated call would make a second record, so a failure that may have come after the
// work was done is kUnknown.  `oauth`: who is to mend a refused credential, and how.
Verdict JudgeReply(const Answer& answer, bool creates, bool oauth, absl::Time now);

// Whether the answer says that a record which the request names by its id is gone: deleted, merged
// into another, or not to be seen any more.
bool IsGone(const Answer& answer);

}  // namespace leadrelay::delivery::close
