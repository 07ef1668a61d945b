#pragma once
// Patterns as people write them for file names.  Pure.

#include <string_view>

namespace leadrelay::text {

// `*` stands for any run of bytes, `?` for one; the whole text must match; case counts.
bool MatchesGlob(std::string_view text, std::string_view glob);

}  // namespace leadrelay::text
