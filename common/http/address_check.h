#pragma once
// Which addresses a destination may resolve to.  Pure.

#include <string_view>

struct sockaddr;

namespace leadrelay::http {

// True for an address on the public internet.  False for unspecified, loopback, private (RFC 1918),
// carrier-grade NAT (100.64/10), link-local (169.254/16 with the clouds' metadata service,
// fe80::/10), unique-local (fc00::/7), multicast, broadcast, documentation, benchmarking and
// reserved ranges, for IPv6 forms that embed one of them (mapped, NAT64, 6to4), for IPv4-compatible
// and Teredo addresses altogether, and for other families than IPv4 and IPv6.
// Ranges: https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry.
bool IsPublicAddress(const sockaddr& address);

}  // namespace leadrelay::http
