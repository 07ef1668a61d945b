#include "common/http/address_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

namespace leadrelay::http {
namespace {

struct Prefix4 {
  uint32_t address;
  int bits;
};

constexpr uint32_t Ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// IANA's IPv4 special-purpose registry, less what it calls globally reachable.
constexpr std::array kNotPublic4 = {
    Prefix4{Ip(0, 0, 0, 0), 8},         // "This network"; Linux connects 0.0.0.0 to loopback.
    Prefix4{Ip(10, 0, 0, 0), 8},        // RFC 1918
    Prefix4{Ip(100, 64, 0, 0), 10},     // Carrier-grade NAT; Alibaba's metadata, 100.100.100.200.
    Prefix4{Ip(127, 0, 0, 0), 8},       // Loopback
    Prefix4{Ip(168, 63, 129, 16), 32},  // Azure's platform endpoint, answers only inside Azure.
    Prefix4{Ip(169, 254, 0, 0), 16},    // Link-local; most clouds' metadata, 169.254.169.254.
    Prefix4{Ip(172, 16, 0, 0), 12},     // RFC 1918
    Prefix4{Ip(192, 0, 0, 0), 24},      // IETF assignments; Oracle's metadata, 192.0.0.192.
    Prefix4{Ip(192, 0, 2, 0), 24},      // Documentation
    Prefix4{Ip(192, 88, 99, 0), 24},    // 6to4 relays, withdrawn
    Prefix4{Ip(192, 168, 0, 0), 16},    // RFC 1918
    Prefix4{Ip(198, 18, 0, 0), 15},     // Benchmarking
    Prefix4{Ip(198, 51, 100, 0), 24},   // Documentation
    Prefix4{Ip(203, 0, 113, 0), 24},    // Documentation
    Prefix4{Ip(224, 0, 0, 0), 4},       // Multicast
    Prefix4{Ip(240, 0, 0, 0), 4},       // Reserved, broadcast
};

using Bytes6 = std::array<uint8_t, 16>;

struct Prefix6 {
  std::array<uint8_t, 6> address;
  int bits;
};

// Only 2000::/3 is handed out as global unicast: everything outside it is refused unless it embeds
// a public IPv4 address.  These are the exceptions inside it.
constexpr std::array kNotPublic6 = {
    Prefix6{{0x20, 0x01, 0x00}, 23},        // IETF assignments: Teredo, ORCHID, benchmarking.
    Prefix6{{0x20, 0x01, 0x0d, 0xb8}, 32},  // Documentation
    Prefix6{{0x3f, 0xff, 0x00}, 20},        // Documentation
};
constexpr Prefix6 kGlobalUnicast = {{0x20}, 3};
constexpr Prefix6 k6to4 = {{0x20, 0x02}, 16};

bool IsPublic4(uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [address](const Prefix4& prefix) {
    return (address ^ prefix.address) >> (32 - prefix.bits) == 0;
  });
}

bool IsIn(const Bytes6& address, const Prefix6& prefix) {
  for (int bit = 0; bit < prefix.bits; bit += 8) {
    const auto byte = static_cast<size_t>(bit / 8);
    const int left = std::min(8, prefix.bits - bit);
    if ((address[byte] ^ prefix.address[byte]) >> (8 - left) != 0) return false;
  }
  return true;
}

uint32_t Embedded4(const Bytes6& address, size_t at) {
  return Ip(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

bool IsPublic6(const Bytes6& address) {
  constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<uint8_t, 12> kNat64 = {0, 0x64, 0xff, 0x9b};
  const auto starts_with = [&address](const std::array<uint8_t, 12>& prefix) {
    return std::equal(prefix.begin(), prefix.end(), address.begin());
  };
  if (starts_with(kMapped) || starts_with(kNat64)) return IsPublic4(Embedded4(address, 12));
  if (IsIn(address, k6to4)) return IsPublic4(Embedded4(address, 2));
  return IsIn(address, kGlobalUnicast) &&
         std::none_of(kNotPublic6.begin(), kNotPublic6.end(), [&address](const Prefix6& prefix) {
           return IsIn(address, prefix);
         });
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  // Copied out: a sockaddr* from a library need not be aligned for the wider types.
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return IsPublic4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    Bytes6 bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IsPublic6(bytes);
  }
  return false;
}

}  // namespace leadrelay::http
