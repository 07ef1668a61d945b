#include "services/ingest/validate/meaning.h"

#include <array>
#include <optional>
#include <string>

#include "common/text/clean.h"
#include "services/ingest/validate/syntax.h"

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
constexpr std::array<TextRule, 7> kTextRules = {{
    {"/email", IsEmail, "must be an e-mail address such as ada@example.com"},
    {"/timezone", IsTimeZone, "must be an IANA time zone name such as Europe/Berlin"},
    {"/source/url", IsWebUrl, "must be an absolute http or https URL without credentials"},
    {"/source/referrer", IsUri, "must be an absolute URL"},
    {"/deal/currency", IsCurrency, "must be a three-letter ISO 4217 code such as EUR"},
    {"/deal/close_date", IsDate, "must be a day such as 2026-03-01"},
    {"/task/due", IsDateOrTime, "must be a day such as 2026-03-01, or an RFC 3339 date and time"},
}};

// The trimmed text at `pointer`; empty when there is none.
std::string_view TextAt(const json::Value& lead, std::string_view pointer) {
  return text::Trim(lead.Pointer(pointer).AsString().value_or(""));
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

// What an operation cannot do without.  Words that are none are the schema's affair.
void CheckOperation(const json::Value& lead, Expected expected, std::vector<Fault>& faults) {
  const json::Value member = lead.Find("operation");
  if (expected == Expected::kLead && member.exists()) {
    faults.push_back(Fault{"/operation", "belongs to POST /v1/operations: a lead has none"});
    return;
  }
  if (expected == Expected::kOperation && !member.exists()) {
    faults.push_back(Fault{"/operation",
                           "must be one of update_person, create_deal, move_deal, add_note, "
                           "add_task; a new lead goes to POST /v1/leads"});
    return;
  }
  const std::string_view operation = member.AsString().value_or("");
  const auto needs = [&](std::string_view pointer, std::string_view detail) {
    if (TextAt(lead, pointer).empty()) {
      faults.push_back(Fault{std::string(pointer), std::string(detail)});
    }
  };
  if (operation == "create_deal" || operation == "move_deal") {
    needs("/deal/title", "is needed: it is what the deal is known by");
  }
  if (operation == "move_deal" && TextAt(lead, "/deal/stage").empty() &&
      !lead.Pointer("/deal/value").AsDouble().has_value()) {
    faults.push_back(Fault{"/deal", "needs a stage or a value to move the deal to"});
  }
  if (operation == "add_note") needs("/note", "is needed: it is the note");
  if (operation == "add_task" && !lead.Find("task").IsObject()) {
    faults.push_back(Fault{"/task", "is needed: it is the task"});
  }
}

}  // namespace

Meaning ReadMeaning(const json::Value& lead,
                    Expected expected,
                    std::string_view phone_region,
                    absl::Time now) {
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
    meaning.phone = text::ParsePhone(phone, phone_region);
    if (meaning.phone.kind == text::Phone::Kind::kNotANumber) {
      meaning.faults.push_back(
          Fault{"/phone",
                "must be a phone number of possible length, with its country code: +4930123456"});
    }
  }
  CheckOperation(lead, expected, meaning.faults);
  CheckTimestamp(lead, "/submitted_at", now, meaning.faults);
  CheckTimestamp(lead, "/consent_timestamp", now, meaning.faults);
  if (!TextAt(lead, "/consent_timestamp").empty() && !lead.Find("consent_given").exists()) {
    meaning.faults.push_back(
        Fault{"/consent_given", "must be there when there is a consent_timestamp"});
  }
  return meaning;
}

}  // namespace leadrelay::ingest
