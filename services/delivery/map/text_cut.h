#pragma once
// Cutting a text to a length.  Pure.

#include <cstddef>
#include <string>

namespace leadrelay::delivery {

// The first `most` characters (code points) of well-formed UTF-8, or less: what a reader sees as
// one character (a letter with its accents, an emoji of several parts) is not cut apart as long as
// the cut would lose no more than a few of its parts.  Whether anything was cut off.
bool CutTo(std::string& text, size_t most);

}  // namespace leadrelay::delivery
