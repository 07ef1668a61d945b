#include "services/ingest/validate/text.h"

#include <algorithm>
#include <array>

namespace leadrelay::ingest {
namespace {

// As UTF-8: U+00A0, U+200B, U+200C, U+200D, U+2060, U+3000, U+FEFF.
constexpr std::array<std::string_view, 7> kWideSpaces = {"\xC2\xA0",
                                                         "\xE2\x80\x8B",
                                                         "\xE2\x80\x8C",
                                                         "\xE2\x80\x8D",
                                                         "\xE2\x81\xA0",
                                                         "\xE3\x80\x80",
                                                         "\xEF\xBB\xBF"};

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
  for (char c : text) {
    if (IsSpaceOrControl(c)) {
      gap = true;
      continue;
    }
    if (std::exchange(gap, false)) clean.push_back(' ');
    clean.push_back(c);
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

}  // namespace leadrelay::ingest
