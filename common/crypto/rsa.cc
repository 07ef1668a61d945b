#include "common/crypto/rsa.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

constexpr int kShortestKey = 2048;  // Bits, RFC 7518 3.3.

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Never asks on the terminal for a pass phrase.
int NoPassPhrase(char*, int, int, void*) {
  return -1;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct RsaKey::Key {
  std::unique_ptr<EVP_PKEY, Free> raw;
};

std::optional<RsaKey> RsaKey::Parse(std::string_view pem) {
  const std::string text = absl::StrReplaceAll(std::string(pem), {{"\\n", "\n"}});
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return std::nullopt;
  std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassPhrase, nullptr));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_bits(key.get()) < kShortestKey) {
    return std::nullopt;
  }
  return RsaKey(std::make_shared<const Key>(Key{std::move(key)}));
}

std::string RsaKey::Sign(std::string_view data) const {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->raw.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(data), data.size()) != 1) {
    std::abort();  // Only memory can run out here.
  }
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), out, &size, Bytes(data), data.size()) != 1) std::abort();
  signature.resize(size);
  return signature;
}

bool RsaKey::Verify(std::string_view data, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->raw.get()) == 1 &&
      EVP_DigestVerify(
          context.get(), Bytes(signature), signature.size(), Bytes(data), data.size()) == 1;
  ERR_clear_error();
  return good;
}

std::string SignJwt(const RsaKey& key, std::string_view header_json, std::string_view claims_json) {
  const std::string signed_part = absl::StrCat(Base64Url(header_json), ".", Base64Url(claims_json));
  return absl::StrCat(signed_part, ".", Base64Url(key.Sign(signed_part)));
}

}  // namespace leadrelay::crypto
