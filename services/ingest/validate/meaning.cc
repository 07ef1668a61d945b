#include "services/ingest/validate/meaning.h"

#include <array>
#include <optional>
#include <string>

#include "services/ingest/validate/syntax.h"
#include "services/ingest/validate/text.h"

namespace leadrelay::ingest {
namespace {

// Clocks of browsers are off; a day also covers a local time that was sent as if it were UTC.
constexpr absl::Duration kFuture = absl::Hours(24);
constexpr absl::Time kOldest = absl::FromUnixSeconds(946684800);  // 2000-01-01

struct TextRule {
  std::string_view pointer;
  bool (*holds)(std::string_view text);
  std::string_view detail;
};
constexpr std::array<TextRule, 5> kTextRules = {{
    {"/email", IsEmail, "must be an e-mail address such as ada@example.com"},
    {"/timezone", IsTimeZone, "must be an IANA time zone name such as Europe/Berlin"},
    {"/source/url", IsWebUrl, "must be an absolute http or https URL without credentials"},
    {"/source/referrer", IsUri, "must be an absolute URL"},
    {"/deal/currency", IsCurrency, "must be a three-letter ISO 4217 code such as EUR"},
}};

// The trimmed text at `pointer`; empty when there is none.
std::string_view TextAt(const json::Value& lead, std::string_view pointer) {
  return Trim(lead.Pointer(pointer).AsString().value_or(""));
}

void CheckTimestamp(const json::Value& lead,
                    std::string_view pointer,
                    absl::Time now,
                    std::vector<Fault>& faults) {
  const std::string_view text = TextAt(lead, pointer);
  if (text.empty()) return;
  const std::optional<absl::Time> time = ParseTimestamp(text);
  if (!time.has_value()) {
    faults.push_back(Fault{std::string(pointer),
                           "must be an RFC 3339 date and time such as 2026-08-21T10:00:00Z"});
  } else if (*time < kOldest || *time > now + kFuture) {
    faults.push_back(
        Fault{std::string(pointer), "must lie between the year 2000 and a day from now"});
  }
}

}  // namespace

Meaning ReadMeaning(const json::Value& lead, std::string_view phone_region, absl::Time now) {
  Meaning meaning;
  if (TextAt(lead, "/email").empty() && TextAt(lead, "/phone").empty()) {
    meaning.faults.push_back(Fault{"", "needs an email or a phone"});
  }
  for (const TextRule& rule : kTextRules) {
    const std::string_view text = TextAt(lead, rule.pointer);
    if (text.empty() || rule.holds(text)) continue;
    meaning.faults.push_back(Fault{std::string(rule.pointer), std::string(rule.detail)});
  }
  const std::string_view phone = TextAt(lead, "/phone");
  if (!phone.empty()) {
    meaning.phone = ParsePhone(phone, phone_region);
    if (meaning.phone.kind == Phone::Kind::kNotANumber) {
      meaning.faults.push_back(
          Fault{"/phone",
                "must be a phone number of possible length, with its country code: +4930123456"});
    }
  }
  CheckTimestamp(lead, "/submitted_at", now, meaning.faults);
  CheckTimestamp(lead, "/consent_timestamp", now, meaning.faults);
  if (!TextAt(lead, "/consent_timestamp").empty() && !lead.Find("consent_given").exists()) {
    meaning.faults.push_back(
        Fault{"/consent_given", "must be there when there is a consent_timestamp"});
  }
  return meaning;
}

}  // namespace leadrelay::ingest
