#pragma once
// Cleaning text that people typed.  Pure; input is valid UTF-8, and so is the result.

#include <string>
#include <string_view>

namespace leadrelay::text {

// Without white space at both ends: ASCII, no-break, ideographic and zero-width space, and the
// byte order mark.
std::string_view Trim(std::string_view text);

// Trimmed, on one line: each run of white space (no-break and ideographic spaces too) and control
// characters is one space.
std::string CleanLine(std::string_view text);

// Trimmed, without control characters except tab and line feed; CR LF and CR become LF.
std::string CleanText(std::string_view text);

std::string LowerAscii(std::string_view text);
std::string UpperAscii(std::string_view text);

}  // namespace leadrelay::text
