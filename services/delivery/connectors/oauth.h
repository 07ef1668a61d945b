#pragma once
// The requests and answers of OAuth 2 token endpoints, as most CRMs have them.  Pure.
// Facts: RFC 6749 5.1 (answer), 5.2 (refusal), 6 (refresh); RFC 7523 2.1 (JWT bearer).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/http/message.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

// A form post: {{"grant_type", "refresh_token"}, ...}.
http::Request FormTokenRequest(std::string url,
                               const std::vector<std::pair<std::string, std::string>>& fields);

// access_token, refresh_token, expires_in (a number or its text).  `crm` is for people;
// `usual_life` is for answers that do not say.  A 4xx other than 408 and 429 is a refusal for good
// (Unauthenticated), with the code of `error` (or of `status`, HubSpot's) when it is one; anything
// else that is no token may pass (Unavailable).
absl::StatusOr<RefreshedToken> ParseTokenAnswer(const http::Response& response,
                                                std::string_view crm,
                                                absl::Duration usual_life);

}  // namespace leadrelay::delivery
