#pragma once
// What ActiveCampaign's answers mean.  Pure.
//
// Errors come as
// {"errors":[{"title","detail","code","source":{"pointer":"/data/attributes/email"}}]} or as
// {"message":".."}; a wrong key or host also as HTTP 200 with the HTML of a log-in page, and the
// edge's own troubles as {"status":502,"retryable":true,"retry_after":60}.  Titles, details and
// messages may quote the lead, so only codes and the names of our own fields are passed on.

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

struct ApiError {
  struct Detail {
    std::string code;   // "field_missing"
    std::string field;  // "email": one of those that we send.
    friend bool operator==(const Detail&, const Detail&) = default;
  };
  std::vector<Detail> details;
  bool contact_gone = false;  // The contact that the request was about is not there.
  friend bool operator==(const ApiError&, const ApiError&) = default;
};

ApiError ReadError(const json::Value& body);

// "HTTP 422: field_missing (email)"
std::string Describe(const ApiError& error, int status);

// `creates`: a repeated call would make a second record, so a failure that may have come after the
// work was done is kUnknown.
Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now);

}  // namespace leadrelay::delivery::activecampaign
