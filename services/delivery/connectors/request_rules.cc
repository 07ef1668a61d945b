#include "services/delivery/connectors/request_rules.h"

#include <algorithm>
#include <cctype>

namespace leadrelay::delivery {
namespace {

bool IsControlOrSpace(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f;
}

bool IsTokenChar(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != kMarks.npos;
}

bool StartsWithNoCase(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) &&
         std::stoi(std::string(text)) <= 65535;
}

bool IsAuthority(std::string_view authority) {
  std::string_view port;
  std::string_view host = authority;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    host = authority.substr(0, end + 1);
    port = authority.substr(end + 1);
  } else if (const size_t colon = authority.find(':'); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  return !host.empty() && (port.empty() || (port[0] == ':' && IsPort(port.substr(1))));
}

}  // namespace

std::optional<std::string> FaultInUrl(std::string_view url, bool allow_http) {
  if (std::ranges::any_of(url, IsControlOrSpace)) {
    return "has a space or a control character in it: write it percent-encoded";
  }
  if (StartsWithNoCase(url, "http://")) {
    if (!allow_http) return "is plain http: use https, or set allow_http: true";
    url.remove_prefix(7);
  } else if (StartsWithNoCase(url, "https://")) {
    url.remove_prefix(8);
  } else {
    return "has to begin with https://";
  }
  if (url.find('#') != std::string_view::npos) return "may not have a #fragment";
  const std::string_view authority = url.substr(0, url.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) {
    return "may not hold a user name or a password: use `auth`";
  }
  if (authority.find('\\') != std::string_view::npos || !IsAuthority(authority)) {
    return "has no valid host name and port";
  }
  return std::nullopt;
}

std::string HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?"));
  const size_t literal_end = url.find(']');  // Of an IPv6 address, which has colons of its own.
  const size_t from = literal_end == std::string_view::npos ? 0 : literal_end;
  std::string host(url.substr(0, url.find(':', from)));
  std::ranges::transform(host, host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host;
}

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, IsTokenChar);
}

bool IsHeaderValue(std::string_view value) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  };
  if (std::ranges::any_of(value, is_control)) return false;
  return value.empty() || (!IsControlOrSpace(value.front()) && !IsControlOrSpace(value.back()));
}

}  // namespace leadrelay::delivery
