#pragma once
// The codes that Zoho is known to answer with, and what each means for a lead.  Pure.

#include <string_view>

namespace leadrelay::delivery::zoho {

enum class Class {
  kRecord,      // This record will never be taken as it is.
  kBusy,        // The record is held by somebody or something else: later.
  kTrouble,     // Zoho is in trouble: later, and a create may have come through.
  kToken,       // The access token is not good: another one may be.
  kPermission,  // No token of this account may do that.
  kSlower,      // Too many calls at once, or in a day.
  kRequest,     // The request, not the record: settings are wrong.
  kUnknown,     // A code that nobody has documented.
};

struct Meaning {
  std::string_view code;
  Class what = Class::kUnknown;
  std::string_view words;   // What has happened; empty: the code says it.
  std::string_view remedy;  // What the operator can do about it.
};

// Of any code; one that is not known has a meaning without a code.
const Meaning& MeaningOf(std::string_view code);

}  // namespace leadrelay::delivery::zoho
