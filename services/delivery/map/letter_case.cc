#include "services/delivery/map/letter_case.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace leadrelay::delivery {
namespace {

// Capital letters from `first` to `last`, each `step` after the one before; the small one of each
// is `distance` further.
struct Range {
  uint32_t first;
  uint32_t last;
  uint32_t step;
  uint32_t distance;
};
constexpr std::array<Range, 21> kRanges = {{
    {'A', 'Z', 1, 32},
    {0xC0, 0xD6, 1, 32},  // À to Ö; × is no letter.
    {0xD8, 0xDE, 1, 32},
    {0x100, 0x12E, 2, 1},  // Ā ā Ă ă ...; U+0130 and U+0131 (Turkish) have
                           // no pair of this kind.
    {0x132, 0x136, 2, 1},
    {0x139, 0x147, 2, 1},
    {0x14A, 0x176, 2, 1},
    {0x179, 0x17D, 2, 1},
    {0x386, 0x386, 1, 38},  // Ά
    {0x388, 0x38A, 1, 37},
    {0x38C, 0x38C, 1, 64},
    {0x38E, 0x38F, 1, 63},
    {0x391, 0x3A1, 1, 32},  // Α to Ρ
    {0x3A3, 0x3AB, 1, 32},  // Σ to Ϋ
    {0x400, 0x40F, 1, 80},  // Ѐ to Џ
    {0x410, 0x42F, 1, 32},  // А to Я
    {0x460, 0x480, 2, 1},
    {0x48A, 0x4BE, 2, 1},
    {0x4C1, 0x4CD, 2, 1},
    {0x4D0, 0x52E, 2, 1},
    {0x531, 0x556, 1, 48},  // Armenian
}};

constexpr uint32_t kCapitalYDiaeresis = 0x178;  // The one pair that stands the other way round.
constexpr uint32_t kSmallYDiaeresis = 0xFF;
constexpr uint32_t kFinalSigma = 0x3C2;
constexpr uint32_t kCapitalSigma = 0x3A3;

uint32_t Lower(uint32_t letter) {
  if (letter == kCapitalYDiaeresis) return kSmallYDiaeresis;
  for (const Range& range : kRanges) {
    if (letter < range.first || letter > range.last) continue;
    if ((letter - range.first) % range.step == 0) return letter + range.distance;
  }
  return letter;
}

uint32_t Upper(uint32_t letter) {
  if (letter == kSmallYDiaeresis) return kCapitalYDiaeresis;
  if (letter == kFinalSigma) return kCapitalSigma;
  for (const Range& range : kRanges) {
    const uint32_t capital = letter - range.distance;
    if (letter < range.distance || capital < range.first || capital > range.last) continue;
    if ((capital - range.first) % range.step == 0) return capital;
  }
  return letter;
}

// Every letter of the table is written with one byte or two, and so is its counterpart.
template <typename Change>
std::string EachLetter(std::string_view text, Change change) {
  std::string changed(text);
  for (size_t i = 0; i < changed.size(); ++i) {
    const auto byte = static_cast<unsigned char>(changed[i]);
    if (byte < 0x80) {
      changed[i] = static_cast<char>(change(byte));
    } else if (byte >= 0xC2 && byte <= 0xDF && i + 1 < changed.size()) {
      const auto next = static_cast<unsigned char>(changed[i + 1]);
      const uint32_t letter = change(((byte & 0x1FU) << 6) | (next & 0x3FU));
      changed[i] = static_cast<char>(0xC0U | (letter >> 6));
      changed[++i] = static_cast<char>(0x80U | (letter & 0x3FU));
    }
  }
  return changed;
}

}  // namespace

std::string ToLower(std::string_view text) {
  return EachLetter(text, Lower);
}

std::string ToUpper(std::string_view text) {
  return EachLetter(text, Upper);
}

}  // namespace leadrelay::delivery
