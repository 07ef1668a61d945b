#pragma once
// Text in Pipedrive's notes, which are HTML.  Pure.

#include <string>
#include <string_view>

namespace leadrelay::delivery::pipedrive {

std::string NoteHtml(std::string_view text);

// Its letters and digits, without tags, entities, marks and white space: Pipedrive cleans a note's
// HTML in its own way, and this is left.
std::string NoteLetters(std::string_view html);

}  // namespace leadrelay::delivery::pipedrive
