#include "services/delivery/connectors/activecampaign/errors.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::activecampaign {
namespace {

using Reach = Verdict::Reach;

constexpr absl::Duration kThrottledWait = absl::Seconds(1);  // The one window there is.
constexpr absl::Duration kLongestEdgeWait = absl::Hours(1);

constexpr std::string_view kUrlRemedy =
    "set base_url to the API URL that ActiveCampaign shows under Settings > Developer, and "
    "api_token to the key beside it";

// Codes are lower-case words; whatever else stands in their place is not shown.
std::string Code(const json::Value& value) {
  const std::string text = value.StringOr("");
  const bool valid =
      !text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' &&
      std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return valid ? text : "";
}

// The last part of "/data/attributes/email", when it is a field that we send.
std::string Field(const json::Value& pointer) {
  static constexpr std::array<std::string_view, 21> kFields = {
      "email", "firstName", "lastName", "phone", "field",    "fieldValues",  "contact",
      "list",  "tag",       "title",    "value", "currency", "group",        "stage",
      "owner", "account",   "note",     "relid", "duedate",  "dealTasktype", "assignee"};
  const std::string text = pointer.StringOr("");
  const std::string last = text.substr(text.rfind('/') + 1);
  return std::ranges::find(kFields, last) == kFields.end() ? "" : last;
}

bool SaysContactGone(const std::string& text) {
  return absl::StartsWith(text, "No Result found for Subscriber") || text == "Contact not found";
}

bool Has(const ApiError& error, std::string_view code) {
  return std::ranges::find(error.details, code, &ApiError::Detail::code) != error.details.end();
}

std::string Remedy(const ApiError& error, int status) {
  if (Has(error, "related_missing") || status == 404) {
    return "something that the settings name is not in ActiveCampaign (a list, tag, pipeline, "
           "stage, owner, task type or field), or the contact was deleted: `leadctl test` tells, "
           "then replay";
  }
  if (Has(error, "field_missing")) {
    return "ActiveCampaign requires a field that the mapping does not fill: map it, then replay";
  }
  return "correct the value at its source or in the mapping, then replay";
}

// A page where JSON was to be: that is no API, or one that does not know us.
bool IsPage(const Answer& answer) {
  const std::string type(answer.response.headers.Get("content-type"));
  if (absl::StartsWithIgnoreCase(type, "text/html")) return true;
  const size_t start = answer.response.body.find_first_not_of(" \t\r\n");
  return start != std::string::npos && answer.response.body[start] == '<';
}

Verdict Account(std::string reason, std::string_view remedy, int status) {
  return {Reach::kAccount, Outcome::Unauthorized(std::move(reason), std::string(remedy), status)};
}

Verdict JudgeSuccess(const Answer& answer) {
  const int status = answer.response.status;
  if (IsPage(answer)) {
    return Account(
        absl::StrCat("HTTP ", status, " with a page instead of JSON"), kUrlRemedy, status);
  }
  // Some endpoints say so in the body alone.
  const json::Value succeeded = answer.body.Find("succeeded");
  if (succeeded.AsText() == "0" || succeeded.AsBool() == false) {
    return {Reach::kRecords,
            Outcome::Rejected(absl::StrCat("HTTP ", status, " with succeeded: 0"),
                              "correct the value at its source or in the mapping, then replay",
                              status)};
  }
  return {};
}

Verdict JudgeTrouble(const Answer& answer, bool creates, absl::Time now) {
  Verdict verdict{Reach::kCall, JudgeByStatus(answer.response, now)};
  const int64_t edge = answer.body.Find("retry_after").Int64Or(0);
  if (edge > 0 && !verdict.outcome.retry_after.has_value()) {
    verdict.outcome.retry_after = std::min(absl::Seconds(edge), kLongestEdgeWait);
  }
  if (creates && (answer.response.status >= 500 || answer.response.status == 408)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

Verdict JudgeRecord(const Answer& answer) {
  const int status = answer.response.status;
  const ApiError error = ReadError(answer.body);
  return {Reach::kRecords,
          Outcome::Rejected(Describe(error, status), Remedy(error, status), status)};
}

}  // namespace

ApiError ReadError(const json::Value& body) {
  ApiError result;
  result.contact_gone = SaysContactGone(body.Find("message").StringOr(""));
  for (const json::Value& error : body.Find("errors").Elements()) {
    if (SaysContactGone(error.Find("detail").StringOr(""))) result.contact_gone = true;
    ApiError::Detail detail{Code(error.Find("code")), Field(error.Find("source").Find("pointer"))};
    if (!detail.code.empty() || !detail.field.empty()) result.details.push_back(std::move(detail));
  }
  return result;
}

std::string Describe(const ApiError& error, int status) {
  std::vector<std::string> details;
  for (const ApiError::Detail& detail : error.details) {
    const std::string code = detail.code.empty() ? "refused" : detail.code;
    details.push_back(detail.field.empty() ? code : absl::StrCat(code, " (", detail.field, ")"));
  }
  if (error.contact_gone) details.emplace_back("the contact is not there");
  const std::string what = absl::StrCat("HTTP ", status);
  return details.empty() ? what : absl::StrCat(what, ": ", absl::StrJoin(details, ", "));
}

Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now) {
  const http::Response& response = answer.response;
  const int status = response.status;
  if (status >= 200 && status < 300) return JudgeSuccess(answer);
  switch (status) {
    case 400:
    case 409:
    case 413:
    case 422:
      return JudgeRecord(answer);
    case 401:
    case 403:
      return Account(absl::StrCat("HTTP ", status),
                     "ActiveCampaign does not know the key, or the key's user may not do this: see "
                     "Settings > Developer, and the user's group for its permissions",
                     status);
    case 402:
      return Account("HTTP 402: the account has expired or is not paid",
                     "renew the ActiveCampaign account; the leads are kept until then",
                     status);
    case 404:
      if (answer.body.Find("message").exists() || answer.body.Find("errors").exists()) {
        return JudgeRecord(answer);
      }
      return Account("HTTP 404: this is not where the account's API lives", kUrlRemedy, status);
    case 429:
      return {Reach::kAccount,
              Outcome::Throttled(
                  "HTTP 429", RetryAfter(response, now).value_or(kThrottledWait), status)};
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return Account(absl::StrCat("HTTP ", status, ": led away from the API"), kUrlRemedy, status);
  }
  return JudgeTrouble(answer, creates, now);
}

}  // namespace leadrelay::delivery::activecampaign
