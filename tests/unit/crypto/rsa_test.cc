#include "common/crypto/rsa.h"

#include <memory>

#include "absl/strings/str_replace.h"
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

std::string NewKeyPem(int bits) {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(bio, &data));
  std::string pem(data, size);
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

TEST(RsaKey, SignsWhatItVerifies) {
  const std::optional<RsaKey> key = RsaKey::Parse(NewKeyPem(2048));
  ASSERT_TRUE(key.has_value());
  const std::string signature = key->Sign("data");
  EXPECT_EQ(signature.size(), 256u);
  EXPECT_TRUE(key->Verify("data", signature));
  EXPECT_FALSE(key->Verify("other data", signature));
  EXPECT_FALSE(key->Verify("data", "no signature"));
}

TEST(RsaKey, IsReadWithItsLineBreaksWrittenOut) {
  const std::string one_line = absl::StrReplaceAll(NewKeyPem(2048), {{"\n", "\\n"}});
  EXPECT_TRUE(RsaKey::Parse(one_line).has_value());
}

TEST(RsaKey, RefusesWhatIsNoRsaKeyOrTooShort) {
  EXPECT_FALSE(RsaKey::Parse("").has_value());
  EXPECT_FALSE(
      RsaKey::Parse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").has_value());
  EXPECT_FALSE(RsaKey::Parse(NewKeyPem(1024)).has_value());
}

TEST(SignJwt, HasThreePartsOfWhichTheLastSignsTheOthers) {
  const RsaKey key = *RsaKey::Parse(NewKeyPem(2048));
  const std::string token = SignJwt(key, R"({"alg":"RS256"})", R"({"iss":"a"})");
  const size_t last = token.rfind('.');
  EXPECT_EQ(token.substr(0, last), "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0");
  std::string signature = token.substr(last + 1);
  EXPECT_EQ(signature, Base64Url(key.Sign(token.substr(0, last))));
}

}  // namespace
}  // namespace leadrelay::crypto
