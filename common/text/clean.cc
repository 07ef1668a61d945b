#include "common/text/clean.h"

#include <algorithm>
#include <utility>

namespace leadrelay::text {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";          // U+00A0
constexpr std::string_view kIdeographicSpace = "\xE3\x80\x80";  // U+3000

constexpr std::string_view kWideSpaces[] = {
    kNoBreakSpace,
    kIdeographicSpace,
    "\xE2\x80\x8B",  // U+200B, zero-width space
    "\xE2\x80\x8C",  // U+200C, zero-width non-joiner
    "\xE2\x80\x8D",  // U+200D, zero-width joiner
    "\xE2\x81\xA0",  // U+2060, word joiner
    "\xEF\xBB\xBF",  // U+FEFF, byte order mark
};

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool IsSpaceOrControl(char c) {
  return c == ' ' || IsControl(c);
}

// The length of the white space at the front that stands between words; invisible characters inside
// a word are part of it.
size_t WhiteSpace(std::string_view text) {
  if (IsSpaceOrControl(text.front())) return 1;
  if (text.starts_with(kNoBreakSpace)) return kNoBreakSpace.size();
  if (text.starts_with(kIdeographicSpace)) return kIdeographicSpace.size();
  return 0;
}

size_t LeadingSpace(std::string_view text) {
  if (text.empty()) return 0;
  if (IsSpaceOrControl(text.front())) return 1;
  if (IsAscii(text.front())) return 0;
  for (std::string_view space : kWideSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

size_t TrailingSpace(std::string_view text) {
  if (text.empty()) return 0;
  if (IsSpaceOrControl(text.back())) return 1;
  if (IsAscii(text.back())) return 0;
  for (std::string_view space : kWideSpaces) {
    if (text.ends_with(space)) return space.size();
  }
  return 0;
}

}  // namespace

std::string_view Trim(std::string_view text) {
  while (size_t count = LeadingSpace(text)) text.remove_prefix(count);
  while (size_t count = TrailingSpace(text)) text.remove_suffix(count);
  return text;
}

std::string CleanLine(std::string_view text) {
  text = Trim(text);
  std::string clean;
  clean.reserve(text.size());
  bool gap = false;
  while (!text.empty()) {
    if (const size_t count = WhiteSpace(text)) {
      gap = true;
      text.remove_prefix(count);
      continue;
    }
    if (std::exchange(gap, false)) clean.push_back(' ');
    clean.push_back(text.front());
    text.remove_prefix(1);
  }
  return clean;
}

std::string CleanText(std::string_view text) {
  text = Trim(text);
  if (std::ranges::none_of(text, IsControl)) return std::string(text);
  std::string clean;
  clean.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r') {
      if (i + 1 == text.size() || text[i + 1] != '\n') clean.push_back('\n');
    } else if (c == '\n' || c == '\t' || !IsControl(c)) {
      clean.push_back(c);
    }
  }
  return clean;
}

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string UpperAscii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

}  // namespace leadrelay::text
