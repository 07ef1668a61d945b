#pragma once
// Phone numbers to E.164, by libphonenumber (metadata of 2022: new number ranges may be missing, so
// a number is judged by its possible length, not by its range).  Pure; any thread.

#include <string>
#include <string_view>

namespace leadrelay::text {

struct Phone {
  enum class Kind {
    kE164,        // `e164` is set.
    kLocal,       // No country code and no region to read it in, or no area code: stays as it is.
    kNotANumber,  // Not a phone number, or too short or too long for its country.
  };
  Kind kind = Kind::kNotANumber;
  std::string e164;  // "+4930123456"; an extension is dropped.
  friend bool operator==(const Phone&, const Phone&) = default;
};

// `region` is "DE", or empty when it is not known.  More than 64 characters are no number.
Phone ParsePhone(std::string_view text, std::string_view region);

}  // namespace leadrelay::text
