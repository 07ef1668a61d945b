#include "common/config/shapes.h"

#include <charconv>

namespace leadrelay::config {
namespace {

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsPrintable(char c) {
  return c > ' ' && c != 0x7f;
}

// What stands between "https://" and the next "/", "?" or "#"; empty for anything else.
std::string_view AuthorityOf(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    return url.substr(0, url.find_first_of("/?#"));
  }
  return {};
}

std::optional<int> ParsePort(std::string_view text) {
  int port = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || stop != end || port < 0 || port > 65535) return std::nullopt;
  return port;
}

bool IsHost(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsPrintable) &&
         text.find_first_of("/@[]?#") == std::string_view::npos;
}

}  // namespace

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return IsLower(c) || IsDigit(c) || c == '-';
  });
}

std::optional<std::pair<std::string, int>> ParseHostPort(std::string_view text,
                                                         std::optional<int> default_port) {
  std::string_view host = text;
  std::optional<int> port = default_port;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return std::nullopt;
    if (!text.empty()) port = ParsePort(text.substr(1));
  } else if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = ParsePort(text.substr(colon + 1));  // A second colon: IPv6 without its brackets.
  }
  if (!IsHost(host) || !port.has_value()) return std::nullopt;
  return std::make_pair(std::string(host), *port);
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool IsHttpUrl(std::string_view text) {
  return !AuthorityOf(text).empty() && std::all_of(text.begin(), text.end(), IsPrintable);
}

bool IsOrigin(std::string_view text) {
  const std::string_view authority = AuthorityOf(text);
  return !authority.empty() && text.ends_with(authority) &&
         ParseHostPort(authority, 0).has_value() &&
         std::none_of(
             authority.begin(), authority.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

bool IsRegion(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace leadrelay::config
