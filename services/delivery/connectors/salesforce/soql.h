#pragma once
// SOQL: texts in queries, and queries in URLs.  Pure.
// Facts: "Quoted String Escape Sequences" of the SOQL and SOSL Reference.

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/http/message.h"
#include "services/delivery/connectors/salesforce/settings.h"

namespace leadrelay::delivery::salesforce {

// 'O\'Brien': the text as a literal, whatever is in it.
std::string Quoted(std::string_view text);
// '%100\%%': what LIKE takes for "contains the text".
std::string QuotedToContain(std::string_view text);
// 2026-09-01T10:00:00Z, which stands without quotes.
std::string SoqlTime(absl::Time time);

http::Request Query(const Settings& settings, std::string_view soql);

// 15 or 18 letters and digits.
bool IsId(std::string_view text);
// Ids come with 15 characters or with 18, the last three of which only mend their case.
bool SameId(std::string_view a, std::string_view b);

}  // namespace leadrelay::delivery::salesforce
