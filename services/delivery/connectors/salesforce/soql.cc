#include "services/delivery/connectors/salesforce/soql.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr size_t kShortId = 15;

// Every other character stands for itself.
std::string Escaped(std::string_view text, bool in_like) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\r') {
      escaped += "\\r";
    } else if (c == '\t') {
      escaped += "\\t";
    } else {
      if (c == '\\' || c == '\'' || (in_like && (c == '%' || c == '_'))) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string Quoted(std::string_view text) {
  return absl::StrCat("'", Escaped(text, false), "'");
}

std::string QuotedToContain(std::string_view text) {
  return absl::StrCat("'%", Escaped(text, true), "%'");
}

std::string SoqlTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

http::Request Query(const Settings& settings, std::string_view soql) {
  http::Request request;
  request.url = absl::StrCat(settings.Url("/query?q="), http::PercentEncode(soql));
  return request;
}

bool IsId(std::string_view text) {
  return (text.size() == kShortId || text.size() == 18) && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

bool SameId(std::string_view a, std::string_view b) {
  return IsId(a) && IsId(b) && a.substr(0, kShortId) == b.substr(0, kShortId);
}

}  // namespace leadrelay::delivery::salesforce
