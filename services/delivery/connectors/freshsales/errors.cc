#include "services/delivery/connectors/freshsales/errors.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/freshsales/fields.h"

namespace leadrelay::delivery::freshsales {
namespace {

using Reach = Verdict::Reach;

// Retry-After is not documented.  The quota is of an hour, so a minute is soon enough to ask again.
constexpr absl::Duration kThrottledWait = absl::Minutes(1);

constexpr std::string_view kKeyRemedy =
    "Freshsales does not know the key: copy it again from Settings > API Settings, with the bundle "
    "alias for base_url";

std::string MessageOf(const json::Value& body) {
  const json::Value message = body.Find("errors").Find("message");
  std::string text = message.StringOr("");
  for (const json::Value& each : message.Elements()) {
    absl::StrAppend(&text, " ", each.StringOr(""));
  }
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// "contact_status_id" -> "contact status"
std::string InWords(std::string field) {
  if (field.ends_with("_id")) field.resize(field.size() - 3);
  std::ranges::replace(field, '_', ' ');
  return field;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}

bool HasWords(const std::string& text, const std::string& words) {
  for (size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
    const size_t end = at + words.size();
    if ((at == 0 || !IsLetter(text[at - 1])) && (end == text.size() || !IsLetter(text[end]))) {
      return true;
    }
  }
  return false;
}

bool IsPage(const Answer& answer) {
  const std::string type(answer.response.headers.Get("content-type"));
  if (absl::StartsWithIgnoreCase(type, "text/html")) return true;
  const size_t start = answer.response.body.find_first_not_of(" \t\r\n");
  return start != std::string::npos && answer.response.body[start] == '<';
}

Verdict Account(std::string reason, std::string_view remedy, int status) {
  return {Reach::kAccount, Outcome::Unauthorized(std::move(reason), std::string(remedy), status)};
}

Verdict JudgeRecord(const Answer& answer) {
  const int status = answer.response.status;
  const std::vector<std::string> fields = FieldsNamedIn(answer.body);
  const std::string remedy =
      status == 404 ? "the record is gone from Freshsales: replay to make it again"
                    : "correct the value at its source or in the mapping (selects take ids, which "
                      "`leadctl crm` shows), then replay";
  std::string reason = absl::StrCat("HTTP ", status);
  if (!fields.empty()) absl::StrAppend(&reason, ", about ", absl::StrJoin(fields, ", "));
  return {Reach::kRecords, Outcome::Rejected(std::move(reason), remedy, status)};
}

}  // namespace

std::vector<std::string> FieldsNamedIn(const json::Value& body) {
  const std::string message = MessageOf(body);
  std::vector<std::string> named;
  for (const auto* facts : {&ContactFields(), &AccountFields(), &DealFields(), &TaskFields()}) {
    for (const FieldFact& fact : *facts) {
      if (fact.read_only) continue;
      if (!HasWords(message, fact.name) && !HasWords(message, InWords(fact.name))) continue;
      if (std::ranges::find(named, fact.name) == named.end()) named.push_back(fact.name);
    }
  }
  return named;
}

Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now) {
  const http::Response& response = answer.response;
  const int status = response.status;
  if (status >= 200 && status < 300) {
    if (!IsPage(answer)) return {};
    return Account(
        absl::StrCat("HTTP ", status, " with a page instead of JSON"), kKeyRemedy, status);
  }
  if (status >= 300 && status < 400) {
    return Account(absl::StrCat("HTTP ", status, ": led to the sign-in page"), kKeyRemedy, status);
  }
  switch (status) {
    case 400:
    case 404:
    case 409:
    case 413:
    case 422:
      return JudgeRecord(answer);
    case 401:
      return Account("HTTP 401", kKeyRemedy, status);
    case 402:
      return Account(
          "HTTP 402", "renew the Freshsales account; the leads are kept until then", status);
    case 403:
      return Account("HTTP 403",
                     "the key's user may not do this: give them a role that may, or use another's "
                     "key",
                     status);
    case 429:
      return {Reach::kAccount,
              Outcome::Throttled(
                  "HTTP 429", RetryAfter(response, now).value_or(kThrottledWait), status)};
    default:
      break;
  }
  Verdict verdict{Reach::kCall, JudgeByStatus(response, now)};
  if (creates && (status >= 500 || status == 408)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

}  // namespace leadrelay::delivery::freshsales
