#include "common/text/phone.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <phonenumbers/phonenumberutil.h>

namespace leadrelay::text {

using ::i18n::phonenumbers::PhoneNumber;
using ::i18n::phonenumbers::PhoneNumberUtil;

namespace {

constexpr int kMostCallingCodes = 1000;  // They have one to three digits.
constexpr size_t kMostDigits = 15;       // E.164.
// More characters than any way of writing a number has, and what a lead's schema allows.  The
// library's time grows with the square of them: ten seconds for 20,000.
constexpr size_t kMostCharacters = 64;

const PhoneNumberUtil& Numbers() {
  static const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
  return numbers;
}

bool IsCallingCode(int code) {
  static const std::vector<bool> codes = [] {
    std::set<int> supported;
    Numbers().GetSupportedCallingCodes(&supported);
    std::vector<bool> all(kMostCallingCodes);
    for (int supported_code : supported) all[static_cast<size_t>(supported_code)] = true;
    return all;
  }();
  return codes[static_cast<size_t>(code)];
}

bool IsTooLong(std::string_view text) {
  const auto begins = [](char c) { return (c & 0xC0) != 0x80; };  // A character of UTF-8.
  return static_cast<size_t>(std::ranges::count_if(text, begins)) > kMostCharacters;
}

// Words are not a number in any country.
Phone Local(std::string_view text) {
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  const bool plausible = digits >= 3 && digits <= 20;
  return Phone{plausible ? Phone::Kind::kLocal : Phone::Kind::kNotANumber, ""};
}

// The digits of "+49 30 901-820"; nothing when there is more to it than digits and separators.
std::optional<std::string> PlainDigits(std::string_view text) {
  std::string digits;
  for (char c : text.substr(1)) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (c != ' ' && c != '-' && c != '.' && c != '/' && c != '(' && c != ')') {
      return std::nullopt;
    }
  }
  if (digits.size() > kMostDigits) return std::nullopt;
  return digits;
}

// A number with its country code, of a possible length and without a leading zero, is what it says;
// that takes a tenth of the time of the library's parser, which runs a dozen regular expressions.
// Anything else is left to that parser.
std::optional<Phone> ParsePlain(std::string_view text) {
  const std::optional<std::string> digits = PlainDigits(text);
  if (!digits.has_value()) return std::nullopt;
  int code = 0;
  size_t length = 0;
  do {  // No calling code is the beginning of another.
    if (length == 3 || length + 1 >= digits->size()) return std::nullopt;
    code = code * 10 + (*digits)[length++] - '0';
  } while (code == 0 || !IsCallingCode(code));
  if ((*digits)[length] == '0') return std::nullopt;

  PhoneNumber number;
  number.set_country_code(code);
  number.set_national_number(std::stoull(digits->substr(length)));
  if (Numbers().IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE) {
    return std::nullopt;
  }
  return Phone{Phone::Kind::kE164, "+" + *digits};
}

Phone ParseByLibrary(std::string_view text, std::string_view region) {
  PhoneNumber number;
  const std::string known_region = region.empty() ? "ZZ" : std::string(region);
  if (Numbers().Parse(std::string(text), known_region, &number) !=
      PhoneNumberUtil::NO_PARSING_ERROR) {
    return {};
  }
  switch (Numbers().IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE:
      break;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
      return Local(text);
    default:
      return {};
  }
  Phone phone{Phone::Kind::kE164, ""};
  Numbers().Format(number, PhoneNumberUtil::E164, &phone.e164);
  return phone;
}

Phone ParseInternational(std::string_view text) {
  if (text.starts_with('+')) {
    if (std::optional<Phone> plain = ParsePlain(text)) return *std::move(plain);
  }
  Phone phone = ParseByLibrary(text, "");
  return phone.kind == Phone::Kind::kE164 ? phone : Phone();
}

}  // namespace

Phone ParsePhone(std::string_view text, std::string_view region) {
  if (IsTooLong(text)) return {};
  const bool international = text.starts_with('+') || text.starts_with("\xEF\xBC\x8B");
  if (!international && region.empty()) return Local(text);
  Phone phone = international ? ParseInternational(text) : ParseByLibrary(text, region);
  if (phone.kind != Phone::Kind::kE164) return phone;
  // From too many leading zeros the library makes numbers that it reads differently the next time.
  return ParseInternational(phone.e164) == phone ? phone : Phone();
}

}  // namespace leadrelay::text
