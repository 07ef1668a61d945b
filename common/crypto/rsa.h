#pragma once
// RsaKey: a private key that signs with RS256, and the JSON Web Tokens that it signs.  Pure; any
// thread.  Facts: RFC 7515 (JWS compact form), RFC 7518 3.3 (RS256), RFC 7523 (JWT bearer).

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace leadrelay::crypto {

class RsaKey {
 public:
  // PEM, PKCS#8 or PKCS#1, without a pass phrase.  Nothing when it is no RSA key of 2048 bits or
  // more.  Line breaks may be written "\n", as environment variables often have them.
  static std::optional<RsaKey> Parse(std::string_view pem);

  // RSASSA-PKCS1-v1_5 with SHA-256, raw bytes.
  std::string Sign(std::string_view data) const;
  // For tests and self-checks.
  bool Verify(std::string_view data, std::string_view signature) const;

 private:
  struct Key;
  explicit RsaKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

// "<header>.<claims>.<signature>"; both are JSON objects.
std::string SignJwt(const RsaKey& key, std::string_view header_json, std::string_view claims_json);

}  // namespace leadrelay::crypto
