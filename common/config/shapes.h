#pragma once
// What values of a configuration look like beyond their type.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace leadrelay::config {

// Names of publishers, forms and destinations: [a-z0-9-]{1,64}.  They are part of queue names,
// Redis keys, URLs and metric labels.
bool IsName(std::string_view text);
inline constexpr std::string_view kNameRule = "a name has 1 to 64 characters out of a-z, 0-9 and -";

// "host:port", "[::1]:5672"; with `default_port` also "host" alone.
std::optional<std::pair<std::string, int>> ParseHostPort(std::string_view text,
                                                         std::optional<int> default_port = {});
bool IsLoopback(std::string_view host);

bool IsHttpUrl(std::string_view text);  // Absolute, http or https, with a host.
bool IsOrigin(std::string_view text);   // "https://www.example.com": no path, no slash at the end.
bool IsSha256Hex(std::string_view text);
bool IsRegion(std::string_view text);  // "DE"

}  // namespace leadrelay::config
