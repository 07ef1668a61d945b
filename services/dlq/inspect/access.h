#pragma once
// Access: who may use the operators' API.  Pure.
//
// With a configured token: whoever sends it.  Without: only this machine, and then only programs,
// not pages: a browser on the same machine would let any web site post here, or read through a name
// of its own that resolves to 127.0.0.1, so a request that names another host, or comes from a page
// of another origin, is refused.

#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"
#include "services/dlq/inspect/problem.h"

namespace leadrelay::dlq {

// Nothing: it may.  `peer` is the address that the request came from.
std::optional<Problem> CheckAccess(const http::Request& request,
                                   std::string_view peer,
                                   std::string_view token);

}  // namespace leadrelay::dlq
