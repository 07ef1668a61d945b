#pragma once
// What may stand in a header field (RFC 9110 5).  Pure.

#include <string_view>

namespace leadrelay::http {

// A field name or a method.
bool IsToken(std::string_view text);

// Anything without control characters but the tab: no way to end the line and start another.
bool IsFieldValue(std::string_view text);

// The value of a Host field: uri-host [ ":" port ], by the characters that it may have (RFC
// 9112 3.2 asks for a 400 otherwise; RFC 3986 3.2.2).  Empty is valid.
bool IsHost(std::string_view text);

}  // namespace leadrelay::http
