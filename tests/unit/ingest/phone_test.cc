#include "services/ingest/validate/phone.h"

#include <gtest/gtest.h>

namespace leadrelay::ingest {
namespace {

using Kind = Phone::Kind;

TEST(PhoneNumber, ToE164) {
  struct Case {
    std::string text;
    std::string region;
    Phone expected;
  };
  const std::vector<Case> cases = {
      {"+49 30 901820", "", {Kind::kE164, "+4930901820"}},
      {"+49 (0)30 901820", "US", {Kind::kE164, "+4930901820"}},
      {"030 / 901 820", "DE", {Kind::kE164, "+4930901820"}},
      {"0049 30 901820", "DE", {Kind::kE164, "+4930901820"}},
      {"(202) 555-0142", "US", {Kind::kE164, "+12025550142"}},
      {"(202) 555-0142 ext. 12", "US", {Kind::kE164, "+12025550142"}},
      {"+44 20 7946 0018", "", {Kind::kE164, "+442079460018"}},
      {"030 901820", "", {Kind::kLocal, ""}},
      {"555-0142", "", {Kind::kLocal, ""}},
      {"call me", "", {Kind::kNotANumber, ""}},
      {"call me", "DE", {Kind::kNotANumber, ""}},
      {"555-0142", "US", {Kind::kLocal, ""}},
      {"12", "", {Kind::kNotANumber, ""}},
      {"12", "DE", {Kind::kNotANumber, ""}},
      {"+999 123456789", "", {Kind::kNotANumber, ""}},
      {"+49", "", {Kind::kNotANumber, ""}},
      {"+4930901820901820901820", "", {Kind::kNotANumber, ""}},
      {"123456789012345678901", "", {Kind::kNotANumber, ""}},
  };
  for (const Case& c : cases) {
    const Phone phone = ParsePhone(c.text, c.region);
    EXPECT_EQ(phone.e164, c.expected.e164) << c.text << " in " << c.region;
    EXPECT_EQ(phone.kind, c.expected.kind) << c.text << " in " << c.region;
  }
}

}  // namespace
}  // namespace leadrelay::ingest
