#pragma once
// Hashes, MACs, encodings and random bytes, over OpenSSL's EVP.  Pure but for RandomBytes(); any
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leadrelay::crypto {

std::string Sha256(std::string_view data);                            // 32 raw bytes.
std::string HmacSha256(std::string_view key, std::string_view data);  // 32 raw bytes.
std::string RandomBytes(size_t count);  // From the system; aborts when the system has none.

// Compares in time that depends on the lengths only.
bool EqualInConstantTime(std::string_view a, std::string_view b);

std::string Hex(std::string_view bytes);  // Lower case.
std::optional<std::string> FromHex(std::string_view text);
std::string Base64(std::string_view bytes);  // Standard alphabet, padded.
std::optional<std::string> FromBase64(std::string_view text);
std::string Base64Url(std::string_view bytes);  // URL alphabet, no padding.
std::string Base32(std::string_view bytes);     // Crockford's alphabet, lower case, no padding.

}  // namespace leadrelay::crypto
