#pragma once
// Capital and small letters of the Latin (to U+017F), Greek and Cyrillic alphabets, whatever the
// locale.  Other bytes stay as they are; the length in bytes too.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::delivery {

std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);

}  // namespace leadrelay::delivery
