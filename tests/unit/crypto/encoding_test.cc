// Vectors of RFC 4648, section 10, where our alphabets are its own.

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/crypto/crypto.h"

namespace leadrelay::crypto {
namespace {

struct Case {
  std::string bytes;
  std::string hex;
  std::string base64;
  std::string base64url;
  std::string base32;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"", "", "", "", ""},
      {"f", "66", "Zg==", "Zg", "cr"},
      {"fo", "666f", "Zm8=", "Zm8", "csqg"},
      {"foo", "666f6f", "Zm9v", "Zm9v", "csqpy"},
      {"foob", "666f6f62", "Zm9vYg==", "Zm9vYg", "csqpyrg"},
      {"fooba", "666f6f6261", "Zm9vYmE=", "Zm9vYmE", "csqpyrk1"},
      {"foobar", "666f6f626172", "Zm9vYmFy", "Zm9vYmFy", "csqpyrk1e8"},
      {std::string("\0", 1), "00", "AA==", "AA", "00"},
      {"\xFF\xFF\xFF\xFF\xFF", "ffffffffff", "//////8=", "______8", "zzzzzzzz"},
      {"\xFB\xEF\xBE", "fbefbe", "++++", "----", "zfqvw"},
  };
  return cases;
}

TEST(EncodingTest, WritesAndReads) {
  for (const Case& c : Cases()) {
    EXPECT_EQ(Hex(c.bytes), c.hex);
    EXPECT_EQ(FromHex(c.hex), c.bytes);
    EXPECT_EQ(Base64(c.bytes), c.base64);
    EXPECT_EQ(FromBase64(c.base64), c.bytes);
    EXPECT_EQ(Base64Url(c.bytes), c.base64url);
    EXPECT_EQ(Base32(c.bytes), c.base32);
  }
}

TEST(EncodingTest, EveryLengthAndByteSurvives) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(FromHex(Hex(bytes)), bytes);
    EXPECT_EQ(FromBase64(Base64(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(EncodingTest, ReadsHexOfEitherCase) {
  EXPECT_EQ(FromHex("aAfF"), "\xAA\xFF");
}

TEST(EncodingTest, RefusesWhatItWouldNotHaveWritten) {
  for (const std::string text : {"0", "abc", "0g", "0x00", " 00", "00 "}) {
    EXPECT_EQ(FromHex(text), std::nullopt) << text;
  }
  for (const std::string text : {"Z",
                                 "Zg",
                                 "Zg=",
                                 "Zg===",
                                 "=",
                                 "====",
                                 "Zg==Zg==",
                                 "Zm9v\n",
                                 "Zm9 ",
                                 "Zm-_",
                                 "Zh==",
                                 "Zm9=",
                                 "Z===",
                                 "Zm=v"}) {
    EXPECT_EQ(FromBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace leadrelay::crypto
