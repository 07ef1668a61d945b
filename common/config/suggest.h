#pragma once
// Suggest: what somebody may have meant.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::config {

// The candidate nearest to `word` by edit distance, when it is near enough to be a misspelling.
// Case does not count, nor does - for _.
std::optional<std::string> Suggest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// "; did you mean \"timeout\"?", or nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace leadrelay::config
