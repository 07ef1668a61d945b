#include "common/text/person_name.h"

#include <algorithm>
#include <span>
#include <vector>

#include "common/text/clean.h"

namespace leadrelay::text {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::string_view kTitles[] = {"mr",
                                        "mrs",
                                        "ms",
                                        "miss",
                                        "mx",
                                        "dr",
                                        "prof",
                                        "herr",
                                        "frau",
                                        "sir",
                                        "dame",
                                        "ing",
                                        "dipl-ing"};

constexpr std::string_view kSuffixes[] = {"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "mba"};

// Written small inside a name, they begin the family name.
constexpr std::string_view kParticles[] = {
    "van", "von", "der", "den", "de",  "del", "della", "di",  "da",  "dos", "das", "du", "la",
    "le",  "ten", "ter", "zu",  "zum", "zur", "vom",   "bin", "ibn", "al",  "el",  "af", "av"};

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  std::string bare = LowerAscii(word);
  std::erase(bare, '.');
  return std::ranges::find(words, bare) != words.end();
}

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t space = text.find(' ');
    if (space != 0) words.push_back(text.substr(0, space));
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
  }
  return words;
}

std::string Join(Words words) {
  std::string text;
  for (std::string_view word : words) {
    if (!text.empty()) text.push_back(' ');
    text.append(word);
  }
  return CleanLine(text);
}

Words WithoutTitles(Words words) {
  while (words.size() > 1 && IsOneOf(words.front(), kTitles)) words = words.subspan(1);
  return words;
}

// Where the family name begins among two words or more.
size_t FamilyNameBegins(Words words) {
  // The first word is never the family name, even when it looks like a particle ("Al Green").
  for (size_t i = 1; i + 1 < words.size(); ++i) {
    if (IsOneOf(words[i], kParticles)) return i;
  }
  size_t begin = words.size() - 1;
  while (begin > 1 && IsOneOf(words[begin], kSuffixes)) --begin;
  return begin;
}

// "King, Ada": the family name first.  A comma before a suffix ("Ada King, PhD") is another matter.
PersonName FromInverted(std::string_view family, std::string_view given) {
  const std::vector<std::string_view> given_words = Split(given);
  const Words first = WithoutTitles(given_words);
  return PersonName{Join(first), Join(Split(family))};
}

}  // namespace

PersonName SplitName(std::string_view name) {
  const size_t comma = name.find(',');
  if (comma != std::string_view::npos && name.find(',', comma + 1) == std::string_view::npos) {
    const std::string_view family = Trim(name.substr(0, comma));
    const std::string_view given = Trim(name.substr(comma + 1));
    if (!family.empty() && !given.empty() && !IsOneOf(given, kSuffixes)) {
      return FromInverted(family, given);
    }
  }
  std::string plain(name);
  std::erase(plain, ',');
  const std::vector<std::string_view> all = Split(plain);
  const Words words = WithoutTitles(all);
  const bool titled = words.size() < all.size();
  if (words.size() < 2) return titled ? PersonName{"", Join(words)} : PersonName{Join(words), ""};
  const size_t begin = FamilyNameBegins(words);
  return PersonName{Join(words.first(begin)), Join(words.subspan(begin))};
}

}  // namespace leadrelay::text
