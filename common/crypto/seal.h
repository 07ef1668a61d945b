#pragma once
// Seal: secrets at rest, AES-256-GCM.  Pure but for the random nonce; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace leadrelay::crypto {

inline constexpr size_t kSealKeySize = 32;  // Bytes.

// Nonce, ciphertext and tag.  `purpose` is not stored, but has to be the same to open it: what was
// sealed for one thing cannot be passed off as another.
std::string Seal(std::string_view key, std::string_view purpose, std::string_view secret);

// Nothing when the key or the purpose is another one, or a bit has changed.
std::optional<std::string> Unseal(std::string_view key,
                                  std::string_view purpose,
                                  std::string_view sealed);

}  // namespace leadrelay::crypto
