#include <cstdio>
#include <cstdlib>

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

constexpr size_t kSha256Size = 32;

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "common/crypto: OpenSSL cannot %s; is its installation intact?\n", what);
  std::abort();
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// Fetched once: looking an algorithm up by name costs more than hashing a lead.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) Fail("find SHA-256");
  return algorithm;
}

}  // namespace

std::string Sha256(std::string_view data) {
  std::string digest(kSha256Size, '\0');
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), Bytes(digest), &size, Algorithm(), nullptr) != 1 ||
      size != kSha256Size) {
    Fail("compute a SHA-256");
  }
  return digest;
}

std::string HmacSha256(std::string_view key, std::string_view data) {
  std::string mac(kSha256Size, '\0');
  unsigned int size = 0;
  if (key.size() > INT_MAX) Fail("take an HMAC key of more than 2 GiB");
  // A null key pointer means "the key of last time" to HMAC(): an empty key is not that.
  const void* bytes = key.empty() ? "" : key.data();
  if (HMAC(Algorithm(),
           bytes,
           static_cast<int>(key.size()),
           Bytes(data),
           data.size(),
           Bytes(mac),
           &size) == nullptr ||
      size != kSha256Size) {
    Fail("compute an HMAC");
  }
  return mac;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (count > INT_MAX || RAND_bytes(Bytes(bytes), static_cast<int>(count)) != 1) {
    Fail("get random bytes");
  }
  return bytes;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace leadrelay::crypto
