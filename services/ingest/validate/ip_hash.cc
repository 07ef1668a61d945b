#include "services/ingest/validate/ip_hash.h"

#include <array>

#include <arpa/inet.h>

#include "common/crypto/crypto.h"

namespace leadrelay::ingest {
namespace {

std::string Canonical(std::string_view address) {
  std::string text(address);
  std::array<char, INET6_ADDRSTRLEN> spelling{};
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return text;  // It has one spelling only.
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    inet_ntop(AF_INET, &v6.s6_addr[12], spelling.data(), spelling.size());
  } else {
    inet_ntop(AF_INET6, &v6, spelling.data(), spelling.size());
  }
  return spelling.data();
}

}  // namespace

std::string HashAddress(std::string_view key, std::string_view address) {
  constexpr size_t kBytes = 16;
  return crypto::Hex(crypto::HmacSha256(key, Canonical(address)).substr(0, kBytes));
}

}  // namespace leadrelay::ingest
