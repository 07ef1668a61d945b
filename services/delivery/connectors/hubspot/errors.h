#pragma once
// What HubSpot's error answers mean.  Pure.
//
// Envelope (developers.hubspot.com/docs/api-reference/error-handling), every member optional:
//   {"status":"error","category","subCategory","message","context":{},"policyName",
//    "errors":[{"code","message","context":{"propertyName":["x"]}}]}
// Messages quote the lead's values, so nothing of a message is ever passed on: only categories,
// codes, scopes, and names of properties that we sent ourselves.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::hubspot {

struct ApiError {
  struct Detail {
    std::string code;      // "INVALID_EMAIL"
    std::string property;  // As the answer has it: not to be shown unless it is one of ours.
    friend bool operator==(const Detail&, const Detail&) = default;
  };
  std::string category;  // "VALIDATION_ERROR"
  std::vector<Detail> details;
  std::vector<std::string> scopes;  // That are missing.
  friend bool operator==(const ApiError&, const ApiError&) = default;
};

ApiError ReadError(const json::Value& error);

// Whether we sent a property of that name.
using SentProperty = std::function<bool(std::string_view property)>;

// "VALIDATION_ERROR: INVALID_EMAIL (email)"
std::string Describe(const ApiError& error, const SentProperty& sent);

// A verdict on one record.  `status` is that of the whole answer.
Outcome JudgeRecord(const ApiError& error, int status, const SentProperty& sent);

// `creates`: a repeated call would make a second record, so a failure that may have come after the
// work was done is kUnknown.
Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now);

}  // namespace leadrelay::delivery::hubspot
