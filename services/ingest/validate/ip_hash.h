#pragma once
// IpHash: a visitor's address, made useless to whoever has no key, and still comparable.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::ingest {

// 32 hex digits of HMAC-SHA256(key, address).  IPv4 and IPv6 are hashed in their canonical
// spelling (IPv4-mapped as IPv4), so that spellings do not matter; anything else (some publishers
// hash it by themselves) as the text it is.
std::string HashAddress(std::string_view key, std::string_view address);

}  // namespace leadrelay::ingest
