#pragma once
// Cross-origin requests (https://fetch.spec.whatwg.org/#http-cors-protocol).  Pure.

#include <string_view>

#include "common/config/config.h"
#include "common/http/message.h"

namespace leadrelay::ingest {

// True when pages of `origin` may call for this publisher.
bool AllowsOrigin(const config::Publisher& publisher, std::string_view origin);

// What lets a page of `origin` read the response.  No credentials: keys travel in headers.
void AllowOrigin(http::Response& response, std::string_view origin);

// The answer to a preflight request; `allowed` says whether its origin may call.
http::Response Preflight(std::string_view origin, bool allowed, std::string_view methods);

}  // namespace leadrelay::ingest
