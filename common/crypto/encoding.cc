#include <array>

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "0123456789abcdefghjkmnpqrstvwxyz";

uint32_t Byte(char c) {
  return static_cast<unsigned char>(c);
}

// Writes `bytes` in digits of `bits` bits each; the last digit is filled up with zero bits.
std::string Encode(std::string_view bytes, unsigned bits, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() * 8 + bits - 1) / bits);
  uint32_t pending = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    pending = (pending << 8) | Byte(c);
    for (count += 8; count >= bits; count -= bits) {
      text += alphabet[(pending >> (count - bits)) & ((1u << bits) - 1)];
    }
  }
  if (count > 0) text += alphabet[(pending << (bits - count)) & ((1u << bits) - 1)];
  return text;
}

constexpr std::array<int8_t, 256> ValuesOf(std::string_view alphabet) {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<int8_t>(i);
  }
  return values;
}

// The reverse, for digits without padding.  Refuses what Encode() would not have written: a foreign
// character, too many digits, or set bits beyond the last byte.
std::optional<std::string> Decode(std::string_view text,
                                  unsigned bits,
                                  const std::array<int8_t, 256>& values) {
  std::string bytes;
  bytes.reserve(text.size() * bits / 8);
  uint32_t pending = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int8_t value = values[Byte(c)];
    if (value < 0) return std::nullopt;
    pending = (pending << bits) | static_cast<uint32_t>(value);
    count += bits;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((pending >> count) & 0xFF);
    }
  }
  if (count >= bits || (pending & ((1u << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string Hex(std::string_view bytes) {
  return Encode(bytes, 4, kHex);
}

std::optional<std::string> FromHex(std::string_view text) {
  static constexpr std::array<int8_t, 256> kValues = [] {
    std::array<int8_t, 256> values = ValuesOf(kHex);
    for (char c = 'A'; c <= 'F'; ++c) {
      values[static_cast<unsigned char>(c)] = static_cast<int8_t>(c - 'A' + 10);
    }
    return values;
  }();
  return Decode(text, 4, kValues);
}

std::string Base64(std::string_view bytes) {
  std::string text = Encode(bytes, 6, kBase64);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  static constexpr std::array<int8_t, 256> kValues = ValuesOf(kBase64);
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return Decode(text, 6, kValues);
}

std::string Base64Url(std::string_view bytes) {
  return Encode(bytes, 6, kBase64Url);
}
std::string Base32(std::string_view bytes) {
  return Encode(bytes, 5, kBase32);
}

}  // namespace leadrelay::crypto
