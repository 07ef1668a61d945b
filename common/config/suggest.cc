#include "common/config/suggest.h"

namespace leadrelay::config {
namespace {

std::string Folded(std::string_view word) {
  std::string folded(word);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return folded;
}

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({replaced, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> Suggest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  constexpr size_t kLongestWord = 64;  // Longer ones are no misspelling, and the table is square.
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  const std::string folded = Folded(word);
  size_t nearest = std::max<size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> suggestion;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const size_t distance = Distance(folded, Folded(candidate));
    // A word of two letters is one edit away from half the alphabet.
    if (distance >= nearest || distance * 2 >= std::max(word.size(), candidate.size())) continue;
    nearest = distance;
    suggestion = candidate;
  }
  return suggestion;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::optional<std::string> suggestion = Suggest(word, candidates);
  if (!suggestion.has_value()) return "";
  return absl::StrCat("; did you mean \"", *suggestion, "\"?");
}

}  // namespace leadrelay::config
