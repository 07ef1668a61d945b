#include "common/crypto/seal.h"

#include <cstdlib>
#include <memory>

#include <openssl/evp.h>

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

constexpr size_t kNonceSize = 12;
constexpr size_t kTagSize = 16;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
int Size(std::string_view text) {
  return static_cast<int>(text.size());
}

// A wrong key length is a programming error; the rest only fails when memory runs out.
void Check(bool good) {
  if (!good) std::abort();
}

}  // namespace

std::string Seal(std::string_view key, std::string_view purpose, std::string_view secret) {
  Check(key.size() == kSealKeySize);
  const std::string nonce = RandomBytes(kNonceSize);
  const Context context(EVP_CIPHER_CTX_new());
  Check(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) ==
        1);
  int size = 0;
  Check(EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(purpose), Size(purpose)) == 1);
  std::string ciphertext(secret.size(), '\0');
  Check(EVP_EncryptUpdate(context.get(), Bytes(ciphertext), &size, Bytes(secret), Size(secret)) ==
        1);
  Check(EVP_EncryptFinal_ex(context.get(), nullptr, &size) == 1);
  std::string tag(kTagSize, '\0');
  Check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, tag.data()) == 1);
  return nonce + ciphertext + tag;
}

std::optional<std::string> Unseal(std::string_view key,
                                  std::string_view purpose,
                                  std::string_view sealed) {
  Check(key.size() == kSealKeySize);
  if (sealed.size() < kNonceSize + kTagSize) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceSize);
  const std::string_view ciphertext =
      sealed.substr(kNonceSize, sealed.size() - kNonceSize - kTagSize);
  std::string tag(sealed.substr(sealed.size() - kTagSize));
  const Context context(EVP_CIPHER_CTX_new());
  Check(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) ==
        1);
  int size = 0;
  Check(EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(purpose), Size(purpose)) == 1);
  std::string secret(ciphertext.size(), '\0');
  Check(EVP_DecryptUpdate(
            context.get(), Bytes(secret), &size, Bytes(ciphertext), Size(ciphertext)) == 1);
  Check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), nullptr, &size) != 1) return std::nullopt;
  return secret;
}

}  // namespace leadrelay::crypto
