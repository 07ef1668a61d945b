#include "common/text/phone.h"

#include <set>

#include <gtest/gtest.h>
#include <phonenumbers/phonenumberutil.h>

namespace leadrelay::text {
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
      {"+1 1 202 555 0142", "", {Kind::kE164, "+12025550142"}},
      {"+39 06 6982 0001", "", {Kind::kE164, "+390669820001"}},
      {"＋49 30 901820", "", {Kind::kE164, "+4930901820"}},
      {"+1 (202) 555-0142 x12", "", {Kind::kE164, "+12025550142"}},
      {"+1", "", {Kind::kNotANumber, ""}},
      {"+0 30 901820", "", {Kind::kNotANumber, ""}},
      {"+49(0)30901820", "", {Kind::kE164, "+4930901820"}},
      {"030 901820", "", {Kind::kLocal, ""}},
      {"555-0142", "", {Kind::kLocal, ""}},
      {"000 901820", "DE", {Kind::kNotANumber, ""}},
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

// Anybody may send one: it was half a minute of standstill when the library was asked about it.
TEST(PhoneNumber, LongTextsAreNoNumbersAtOnce) {
  for (const char* region : {"", "DE"}) {
    for (const std::string& text : {std::string(64'000, '1'),
                                    "+" + std::string(64'000, '1'),
                                    "+49" + std::string(64'000, '-') + "30901820",
                                    std::string(64'000, 'x')}) {
      EXPECT_EQ(ParsePhone(text, region), Phone()) << text.substr(0, 4);
    }
  }
}

TEST(PhoneNumber, SixtyFourCharactersAreNotTooLong) {
  EXPECT_EQ(ParsePhone("+49" + std::string(53, ' ') + "30901820", "").e164, "+4930901820");
  EXPECT_EQ(ParsePhone("+49" + std::string(54, ' ') + "30901820", ""), Phone());
}

// Numbers with a country code take a short cut: it must not lead elsewhere than the long way.
TEST(PhoneNumber, TheShortCutAgreesWithTheLibrary) {
  using ::i18n::phonenumbers::PhoneNumber;
  using ::i18n::phonenumbers::PhoneNumberUtil;
  const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
  std::set<std::string> regions;
  numbers.GetSupportedRegions(&regions);
  int compared = 0;
  for (const std::string& region : regions) {
    for (int type = PhoneNumberUtil::FIXED_LINE; type <= PhoneNumberUtil::VOICEMAIL; ++type) {
      PhoneNumber example;
      if (!numbers.GetExampleNumberForType(
              region, static_cast<PhoneNumberUtil::PhoneNumberType>(type), &example)) {
        continue;
      }
      std::string international;
      numbers.Format(example, PhoneNumberUtil::INTERNATIONAL, &international);
      PhoneNumber parsed;
      std::string e164;
      ASSERT_EQ(numbers.Parse(international, "ZZ", &parsed), PhoneNumberUtil::NO_PARSING_ERROR);
      numbers.Format(parsed, PhoneNumberUtil::E164, &e164);
      if (numbers.IsPossibleNumberWithReason(parsed) != PhoneNumberUtil::IS_POSSIBLE) continue;
      EXPECT_EQ(ParsePhone(international, "").e164, e164) << region << " " << international;
      EXPECT_EQ(ParsePhone(e164, "").e164, e164) << region;
      ++compared;
    }
  }
  EXPECT_GT(compared, 500);
}

}  // namespace
}  // namespace leadrelay::text
