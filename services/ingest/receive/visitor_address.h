#pragma once
// Whose address a request comes from, seen through the ingress in front of us.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::ingest {

// The peer's own address when it is a public one.  Otherwise the peer is our ingress, and the last
// entry of X-Forwarded-For, which the ingress added, is the visitor's; entries before it are
// hearsay.
std::string VisitorAddress(std::string_view peer, std::string_view forwarded_for);

}  // namespace leadrelay::ingest
