// Published vectors: FIPS 180-2 appendix B and NIST's long message for SHA-256, RFC 4231 for HMAC.

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

TEST(Sha256Test, MatchesTheStandardsVectors) {
  struct Case {
    std::string data;
    std::string digest;
  };
  const std::vector<Case> cases = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const Case& c : cases) EXPECT_EQ(Hex(Sha256(c.data)), c.digest);
  EXPECT_EQ(Sha256(std::string_view()), Sha256(""));
}

TEST(HmacSha256Test, MatchesRfc4231) {
  struct Case {
    std::string key;
    std::string data;
    std::string mac;
  };
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting += c;
  const std::vector<Case> cases = {
      {std::string(20, '\x0b'),
       "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe",
       "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'),
       std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counting,
       std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const Case& c : cases) EXPECT_EQ(Hex(HmacSha256(c.key, c.data)), c.mac);
}

TEST(HmacSha256Test, AnEmptyKeyIsAKey) {
  const std::string mac = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  HmacSha256("another key", "before");
  EXPECT_EQ(Hex(HmacSha256("", "")), mac);
  EXPECT_EQ(Hex(HmacSha256(std::string_view(), std::string_view())), mac);
}

TEST(RandomBytesTest, AreAsManyAsAskedForAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string bytes = RandomBytes(16);
    EXPECT_EQ(bytes.size(), 16u);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
  EXPECT_EQ(RandomBytes(0), "");
}

TEST(EqualInConstantTimeTest, ComparesWholeTexts) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime(std::string("a\0b", 3), std::string("a\0b", 3)));
  EXPECT_FALSE(EqualInConstantTime(std::string("a\0b", 3), std::string("a\0c", 3)));
  EXPECT_FALSE(EqualInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualInConstantTime("abc", "xbc"));
  EXPECT_FALSE(EqualInConstantTime("abc", "ab"));
  EXPECT_FALSE(EqualInConstantTime("", "a"));
}

}  // namespace
}  // namespace leadrelay::crypto
