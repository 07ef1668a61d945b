#include "common/text/glob.h"

namespace leadrelay::text {

bool MatchesGlob(std::string_view text, std::string_view glob) {
  size_t t = 0;
  size_t g = 0;
  size_t star = std::string_view::npos;  // The last star seen, and where its run began.
  size_t run = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      run = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;  // Let the star's run take one byte more.
      t = ++run;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace leadrelay::text
