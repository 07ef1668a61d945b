#pragma once
// What Google's error answers mean.  Pure.
//
//   {"error":{"code":403,"status":"PERMISSION_DENIED","message":"..",
//             "details":[{"@type":"..ErrorInfo","reason":"SERVICE_DISABLED"}]}}
//
// Messages may quote values, so only the status and the reason are passed on.

#include <string>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::google_sheets {

struct ApiError {
  enum class Cause { kOther, kNoSuchTab, kFull };
  std::string status;  // "PERMISSION_DENIED"
  std::string reason;  // "SERVICE_DISABLED"
  Cause cause = Cause::kOther;
  friend bool operator==(const ApiError&, const ApiError&) = default;
};

ApiError ReadError(const json::Value& body);

// `creates`: a repeated call would add the rows again, so a failure that may have come after the
// work was done is kUnknown.  `account` is the address that the spreadsheet has to be shared with.
Verdict JudgeReply(const Answer& answer, bool creates, const std::string& account, absl::Time now);

}  // namespace leadrelay::delivery::google_sheets
