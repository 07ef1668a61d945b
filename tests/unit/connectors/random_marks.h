#pragma once
// For property tests: chance, and marks by which the texts of one lead are told from another's.

#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"

namespace leadrelay::test {

using Random = std::mt19937;

inline size_t Below(Random& random, size_t end) {
  return std::uniform_int_distribution<size_t>(0, end - 1)(random);
}
inline bool Chance(Random& random, int percent) {
  return Below(random, 100) < static_cast<size_t>(percent);
}

// Every text of lead, or person, i has "mark<i>x" in it, and of no other.
inline std::string Mark(size_t i) {
  return absl::StrCat("mark", i, "x");
}

// The first one; empty: none.
inline std::string MarkIn(const std::string& text) {
  const size_t at = text.find("mark");
  return at == std::string::npos ? "" : text.substr(at, text.find('x', at) + 1 - at);
}

inline std::set<std::string> MarksIn(const std::string& text) {
  std::set<std::string> marks;
  for (size_t at = text.find("mark"); at != std::string::npos; at = text.find("mark", at + 1)) {
    marks.insert(text.substr(at, text.find('x', at) + 1 - at));
  }
  return marks;
}

}  // namespace leadrelay::test
