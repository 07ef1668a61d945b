#include "services/ingest/receive/visitor_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/http/address_check.h"
#include "common/text/clean.h"

namespace leadrelay::ingest {
namespace {

bool IsPublic(const std::string& address) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    return http::IsPublicAddress(reinterpret_cast<const sockaddr&>(v4));
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    return http::IsPublicAddress(reinterpret_cast<const sockaddr&>(v6));
  }
  return false;
}

}  // namespace

std::string VisitorAddress(std::string_view peer, std::string_view forwarded_for) {
  std::string own(peer);
  if (IsPublic(own)) return own;
  const size_t comma = forwarded_for.rfind(',');
  const std::string_view last =
      text::Trim(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
  return last.empty() ? own : std::string(last);
}

}  // namespace leadrelay::ingest
