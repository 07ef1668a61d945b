#include "common/crypto/seal.h"

#include <gtest/gtest.h>

namespace leadrelay::crypto {
namespace {

const std::string kKey(kSealKeySize, 'k');

TEST(Seal, OpensWithItsKeyAndPurposeOnly) {
  const std::string sealed = Seal(kKey, "token of crm", "secret");
  EXPECT_EQ(Unseal(kKey, "token of crm", sealed), "secret");
  EXPECT_EQ(Unseal(std::string(kSealKeySize, 'x'), "token of crm", sealed), std::nullopt);
  EXPECT_EQ(Unseal(kKey, "token of another", sealed), std::nullopt);
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
}

TEST(Seal, IsAnotherTextEveryTime) {
  EXPECT_NE(Seal(kKey, "p", "secret"), Seal(kKey, "p", "secret"));
}

TEST(Seal, NoticesEveryChangedByteAndEveryCut) {
  const std::string sealed = Seal(kKey, "p", "secret");
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(Unseal(kKey, "p", changed), std::nullopt) << i;
    EXPECT_EQ(Unseal(kKey, "p", sealed.substr(0, i)), std::nullopt) << i;
  }
}

TEST(Seal, KeepsNothing) {
  EXPECT_EQ(Unseal(kKey, "", Seal(kKey, "", "")), "");
}

}  // namespace
}  // namespace leadrelay::crypto
