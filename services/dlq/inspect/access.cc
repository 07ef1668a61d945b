#include "services/dlq/inspect/access.h"

#include "absl/strings/str_cat.h"
#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/crypto/crypto.h"

namespace leadrelay::dlq {
namespace {

// An address, and no name that begins like one: 127.0.0.1.example.com may resolve to anything.
bool IsLoopbackAddress(std::string_view address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address == "::1") return true;
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  in_addr v4{};
  return inet_pton(AF_INET, std::string(address).c_str(), &v4) == 1 &&
         ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
}

// "localhost:8083" -> "localhost", "[::1]:8083" -> "::1"
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with("[")) {
    const size_t end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

bool IsLoopbackName(std::string_view host) {
  const std::string_view name = WithoutPort(host);
  return name == "localhost" || IsLoopbackAddress(name);
}

}  // namespace

std::optional<Problem> CheckAccess(const http::Request& request,
                                   std::string_view peer,
                                   std::string_view token) {
  if (!token.empty()) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view sent = request.headers.Get("authorization");
    const bool right = sent.starts_with(kScheme) &&
                       crypto::EqualInConstantTime(sent.substr(kScheme.size()), token);
    if (right) return std::nullopt;
    return Unauthorized();
  }
  if (!IsLoopbackAddress(peer)) {
    return Forbidden("without dlq.operator_token only this machine is served: configure one");
  }
  const std::string_view host = request.headers.Get("host");
  if (!IsLoopbackName(host)) {
    return Forbidden("the request names another host: use 127.0.0.1, or configure a token");
  }
  const std::string_view origin = request.headers.Get("origin");
  if (!origin.empty() && origin != absl::StrCat("http://", std::string(host))) {
    return Forbidden("pages of another origin may not call this");
  }
  return std::nullopt;
}

}  // namespace leadrelay::dlq
