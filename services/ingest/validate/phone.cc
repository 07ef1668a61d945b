#include "services/ingest/validate/phone.h"

#include <algorithm>
#include <set>

#include <phonenumbers/phonenumberutil.h>

namespace leadrelay::ingest {

using ::i18n::phonenumbers::PhoneNumber;
using ::i18n::phonenumbers::PhoneNumberUtil;

namespace {

// Words are not a number in any country.
Phone Local(std::string_view text) {
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  const bool plausible = digits >= 3 && digits <= 20;
  return Phone{plausible ? Phone::Kind::kLocal : Phone::Kind::kNotANumber, ""};
}

}  // namespace

Phone ParsePhone(std::string_view text, std::string_view region) {
  const bool international = text.starts_with('+') || text.starts_with("\xEF\xBC\x8B");
  if (!international && region.empty()) return Local(text);
  static const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const std::string known_region = region.empty() ? "ZZ" : std::string(region);
  if (numbers.Parse(std::string(text), known_region, &number) !=
      PhoneNumberUtil::NO_PARSING_ERROR) {
    return {};
  }
  switch (numbers.IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE:
      break;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
      return international ? Phone() : Local(text);
    default:
      return {};
  }
  Phone phone{Phone::Kind::kE164, ""};
  numbers.Format(number, PhoneNumberUtil::E164, &phone.e164);
  return phone;
}

bool IsPhoneRegion(std::string_view region) {
  static const std::set<std::string> regions = [] {
    std::set<std::string> all;
    PhoneNumberUtil::GetInstance()->GetSupportedRegions(&all);
    return all;
  }();
  return regions.contains(std::string(region));
}

}  // namespace leadrelay::ingest
