#pragma once
// What may stand in a URL and in a header, checked when a destination is configured.  Pure.

#include <optional>
#include <string>
#include <string_view>

namespace leadrelay::delivery {

// What is wrong with `url` as the address of a destination, in words; nothing when it is usable.
// Absolute, https unless `allow_http`, with a host, without user name, password and fragment,
// without spaces and control characters.  Never quotes the URL: it may hold a secret.
std::optional<std::string> FaultInUrl(std::string_view url, bool allow_http);

// The host of a URL without a fault, in lower case and without the port.
std::string HostOf(std::string_view url);

// RFC 9110 chapter 5: a field name is a token; a value has no CR, LF, NUL or other control
// characters and no space at either end.
bool IsHeaderName(std::string_view name);
bool IsHeaderValue(std::string_view value);

}  // namespace leadrelay::delivery
