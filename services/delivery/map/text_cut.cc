#include "services/delivery/map/text_cut.h"

#include <cstdint>
#include <string_view>

namespace leadrelay::delivery {
namespace {

constexpr size_t kMostParts = 12;  // A family emoji with skin tones has eleven.
constexpr uint32_t kJoiner = 0x200D;

bool Continues(char c) {
  return (c & 0xC0) == 0x80;
}

// The end of the `count`-th character; nothing is read beyond the text.
size_t EndOf(std::string_view text, size_t count) {
  size_t end = 0;
  while (count > 0 && end < text.size()) {
    ++end;
    while (end < text.size() && Continues(text[end])) ++end;
    --count;
  }
  return end;
}

size_t BeginOfLast(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && Continues(text[--begin])) {
  }
  return begin;
}

// Of well-formed text that is not empty.
uint32_t FirstOf(std::string_view text) {
  const auto byte = [&text](size_t i) -> uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return lead;
  if (lead < 0xE0) return ((lead & 0x1FU) << 6) | (byte(1) & 0x3FU);
  const uint32_t middle = ((byte(1) & 0x3FU) << 6) | (byte(2) & 0x3FU);
  if (lead < 0xF0) return ((lead & 0x0FU) << 12) | middle;
  return ((lead & 0x07U) << 18) | (middle << 6) | (byte(3) & 0x3FU);
}

// What belongs to the character before it: accents, joiners, variation selectors, skin tones.
bool IsAttached(uint32_t c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) || c == kJoiner ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF);
}

bool IsApart(std::string_view before, std::string_view after) {
  if (before.empty()) return true;
  return !IsAttached(FirstOf(after)) && FirstOf(before.substr(BeginOfLast(before))) != kJoiner;
}

}  // namespace

bool CutTo(std::string& text, size_t most) {
  const size_t end = EndOf(text, most);
  if (end == text.size()) return false;
  const std::string_view whole = text;
  size_t cut = end;
  for (size_t parts = 0; !IsApart(whole.substr(0, cut), whole.substr(cut)); ++parts) {
    cut = parts < kMostParts ? BeginOfLast(whole.substr(0, cut)) : 0;
    if (cut == 0) break;
  }
  text.resize(cut == 0 ? end : cut);
  return true;
}

}  // namespace leadrelay::delivery
