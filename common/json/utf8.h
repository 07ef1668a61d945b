#pragma once
// UTF-8 as Unicode 15 defines it (table 3-7): no surrogates, no overlong forms, nothing above
// U+10FFFF.  Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace leadrelay::json {

// How many bytes of `text` come before the first ill-formed part: all of them in good text.
size_t WellFormedPrefix(std::string_view text);
inline bool IsUtf8(std::string_view text) {
  return WellFormedPrefix(text) == text.size();
}

// `text` with every maximal ill-formed part replaced by U+FFFD, as browsers do.
std::string RepairUtf8(std::string_view text);

// Code points of well-formed text: what minLength and maxLength count.
size_t CountCodePoints(std::string_view text);

}  // namespace leadrelay::json
