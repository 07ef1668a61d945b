#include "services/delivery/connectors/close/errors.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/close/fields.h"
#include "services/delivery/connectors/close/rate_limit.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::close {
namespace {

using Reach = Verdict::Reach;

// The one text that is read, by its exact wording: it has no value in it.
constexpr std::string_view kRequired = "This field is required.";
constexpr size_t kMostErrors = 10;

bool SaysRequired(const json::Value& value) {
  if (value.AsString() == kRequired) return true;
  return std::ranges::any_of(
      value.Elements(), [](const json::Value& element) { return element.AsString() == kRequired; });
}

// Walks the nested object; list positions and names that are none of Close's are passed through.
void AddFieldErrors(const json::Value& value,
                    const std::string& path,
                    std::vector<FieldError>& to) {
  for (const json::Value::Member& member : value.Members()) {
    const std::string name(member.key);
    std::string below = path;
    if (IsKnownName(name)) below = path.empty() ? name : absl::StrCat(path, ".", name);
    AddFieldErrors(member.value, below, to);
  }
  for (const json::Value& element : value.Elements()) AddFieldErrors(element, path, to);
  const bool is_text = value.IsString() || value.At(0).IsString();
  if (!is_text || path.empty() || to.size() >= kMostErrors) return;
  if (std::ranges::find(to, path, &FieldError::field) != to.end()) return;
  to.push_back({path, SaysRequired(value)});
}

Outcome JudgeInvalid(int status, const json::Value& body) {
  const std::vector<FieldError> errors = ReadFieldErrors(body);
  const bool missing = std::ranges::any_of(errors, &FieldError::required);
  return Outcome::Rejected(
      Describe(status, errors),
      missing ? "Close requires a field that the mapping does not fill for this lead: map it, or "
                "give it a default, then replay"
              : "correct the value at its source or in the mapping, then replay",
      status);
}

Outcome JudgeThrottled(const http::Response& response, absl::Time now) {
  std::optional<absl::Duration> wait = ReadRateLimit(response).reset;
  if (!wait.has_value()) wait = RetryAfter(response, now);
  return Outcome::Throttled("HTTP 429 Too Many Requests", wait, 429);
}

// The text of a 401 is not documented, for an expired access token either: the status decides.
Outcome JudgeUnauthorized(bool oauth) {
  return oauth ? Outcome::Unauthorized(
                     "HTTP 401: Close does not take the access token",
                     "an expired one is renewed without your help; if this persists, connect the "
                     "account again and put the new refresh_token in place",
                     401)
               : Outcome::Unauthorized(
                     "HTTP 401: Close does not know the API key",
                     "make a new key in Close under Settings, Developer, and put it in place",
                     401);
}

Outcome JudgeForbidden() {
  return Outcome::Unauthorized("HTTP 403: Close does not allow this to the user of the credential",
                               "give the user's role in Close the rights to see, create and edit "
                               "leads, contacts and opportunities",
                               403);
}

Outcome JudgePaymentRequired() {
  return Outcome::Unauthorized(
      "HTTP 402: Close asks for a payment, or for another plan",
      "see in Close under Settings, Billing, what the account lacks; leads are kept meanwhile",
      402);
}

}  // namespace

std::vector<FieldError> ReadFieldErrors(const json::Value& body) {
  std::vector<FieldError> errors;
  AddFieldErrors(body.Find("field-errors"), "", errors);
  return errors;
}

std::string Describe(int status, const std::vector<FieldError>& errors) {
  std::vector<std::string> names;
  names.reserve(errors.size());
  for (const FieldError& error : errors) {
    names.push_back(error.required ? absl::StrCat(error.field, " (required)") : error.field);
  }
  const std::string what =
      names.empty() ? "Close does not say which field is at fault" : absl::StrJoin(names, ", ");
  return absl::StrCat("HTTP ", status, ": ", what);
}

Verdict JudgeReply(const Answer& answer, bool creates, bool oauth, absl::Time now) {
  const http::Response& response = answer.response;
  const int status = response.status;
  if (status >= 200 && status < 300) return {};
  Verdict verdict{Reach::kCall, JudgeByStatus(response, now)};

  if (status == 429) {
    verdict = {Reach::kAccount, JudgeThrottled(response, now)};
  } else if (status == 401) {
    verdict = {Reach::kAccount, JudgeUnauthorized(oauth)};
  } else if (status == 402) {
    verdict = {Reach::kAccount, JudgePaymentRequired()};
  } else if (status == 403) {
    verdict = {Reach::kAccount, JudgeForbidden()};
  } else if (status == 400 || status == 422) {
    verdict = {Reach::kRecords, JudgeInvalid(status, answer.body)};
  } else if (status == 404) {
    verdict.reach = Reach::kRecords;
    verdict.outcome.remedy = "check base_url of the destination";
  } else if (verdict.outcome.kind == Outcome::Kind::kRejected) {
    verdict.outcome.remedy = "check base_url of the destination";
  } else if (creates && (status >= 500 || status == 408)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

bool IsGone(const Answer& answer) {
  if (answer.response.status == 404) return true;
  // Whether a create below a lead that is gone is a 404 or a 400 is not documented.
  const std::vector<FieldError> errors = ReadFieldErrors(answer.body);
  return answer.response.status == 400 && std::ranges::any_of(errors, [](const FieldError& error) {
           return error.field == "lead_id" || error.field == "contact_id";
         });
}

}  // namespace leadrelay::delivery::close
