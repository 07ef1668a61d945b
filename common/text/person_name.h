#pragma once
// A name in one field, split for the CRMs that want two.  Pure.
//
// No rule splits every name rightly, so the original always travels beside the parts.

#include <string>
#include <string_view>

namespace leadrelay::text {

struct PersonName {
  std::string first;  // With middle names.
  std::string last;   // With its particles and suffix: "van Beethoven", "King Jr."; may be empty.
  friend bool operator==(const PersonName&, const PersonName&) = default;
};

// `name` as CleanLine() leaves it.  "Ada King" -> Ada, King; "King, Ada" likewise; one word is a
// first name; a leading title ("Dr.", "Herr") belongs to neither, and one word after it is a last
// name.
PersonName SplitName(std::string_view name);

}  // namespace leadrelay::text
