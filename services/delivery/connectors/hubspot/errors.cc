#include "services/delivery/connectors/hubspot/errors.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::hubspot {
namespace {

using Reach = Verdict::Reach;

constexpr absl::Duration kBurstWait = absl::Seconds(10);   // One interval of the rolling window.
constexpr absl::Duration kSearchWait = absl::Seconds(1);   // "SECONDLY"
constexpr absl::Duration kDailyWait = absl::Hours(1);      // Midnight, in a zone we do not know.
constexpr absl::Duration kLockWait = absl::Seconds(2);     // How long a record lock lasts.
constexpr absl::Duration kMigrationWait = absl::Hours(1);  // 477 says itself, up to a day.
constexpr int kAccountMigration = 477;

// Codes and categories are upper-case words; whatever else stands in their place is not shown.
std::string Code(const json::Value& value) {
  const std::string text = value.StringOr("");
  const bool valid = !text.empty() && text.size() <= 64 && text[0] >= 'A' && text[0] <= 'Z' &&
                     std::ranges::all_of(text, [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                     });
  return valid ? text : "";
}

bool IsScope(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                  c == '-';
         });
}

// A member that is a text or a list of texts.
std::vector<std::string> Texts(const json::Value& value) {
  std::vector<std::string> texts;
  if (std::optional<std::string> text = value.AsText()) texts.push_back(*std::move(text));
  for (const json::Value& element : value.Elements()) {
    if (std::optional<std::string> text = element.AsText()) texts.push_back(*std::move(text));
  }
  return texts;
}

void AddScopes(const json::Value& context, ApiError& error) {
  for (const char* key : {"requiredGranularScopes", "requiredScopes", "missingScopes"}) {
    for (std::string& scope : Texts(context.Find(key))) {
      if (IsScope(scope)) error.scopes.push_back(std::move(scope));
    }
  }
}

void AddDetail(const json::Value& code, const json::Value& property, ApiError& error) {
  ApiError::Detail detail{Code(code), ""};
  const std::vector<std::string> names = Texts(property);
  if (!names.empty()) detail.property = names.front();
  if (!detail.code.empty()) error.details.push_back(std::move(detail));
}

// Property faults also come as a JSON text inside the message:
//   Property values were not valid: [{"isValid":false,"error":"INVALID_EMAIL","name":"email",...}]
void AddDetailsOfMessage(const json::Value& message, ApiError& error) {
  const std::string_view text = message.AsString().value_or("");
  const size_t start = text.find("[{");
  if (start == std::string_view::npos) return;
  const absl::StatusOr<json::Document> list = json::Document::Parse(text.substr(start));
  if (!list.ok()) return;
  for (const json::Value& fault : list->root().Elements()) {
    AddDetail(fault.Find("error"), fault.Find("name"), error);
  }
}

std::string Remedy(const ApiError& error) {
  const auto has = [&error](std::string_view code) {
    return std::ranges::find(error.details, code, &ApiError::Detail::code) != error.details.end();
  };
  if (has("PROPERTY_DOESNT_EXIST")) {
    return "create the property in HubSpot, or take it out of the mapping; then replay";
  }
  if (error.category == "MISSING_REQUIRED_PROPERTY" ||
      error.category == "MISSING_CONDITIONAL_REQUIRED_PROPERTY") {
    return "the HubSpot account requires a property that the mapping does not fill: map it, then "
           "replay";
  }
  if (error.category == "CONFLICT") {
    return "another record has one of the unique values: merge the two in HubSpot, then replay";
  }
  if (error.category == "OBJECT_NOT_FOUND") {
    return "a record that this one belongs to is gone from HubSpot: replay to make it again";
  }
  return "correct the value at its source or in the mapping, then replay";
}

Outcome JudgeThrottled(const http::Response& response, const json::Value& body, absl::Time now) {
  std::string policy = Code(body.Find("policyName"));
  const std::string message = body.Find("message").StringOr("");
  if (policy.empty() && message == "You have reached your secondly limit.") policy = "SECONDLY";
  absl::Duration wait = kBurstWait;
  if (policy == "DAILY") wait = kDailyWait;
  if (policy == "SECONDLY") wait = kSearchWait;
  const std::optional<absl::Duration> asked = RetryAfter(response, now);
  return Outcome::Throttled(
      absl::StrCat("HTTP 429", policy.empty() ? "" : " ", policy), asked.value_or(wait), 429);
}

Outcome JudgeUnauthorized(const ApiError& error) {
  if (error.category == "EXPIRED_AUTHENTICATION") {
    return Outcome::Unauthorized("HTTP 401 EXPIRED_AUTHENTICATION: the access token has expired",
                                 "renew it; an OAuth token is renewed without your help",
                                 401);
  }
  return Outcome::Unauthorized(
      absl::StrCat("HTTP 401", error.category.empty() ? "" : " ", error.category),
      "HubSpot does not know the access token: make a new one in the account's settings and put it "
      "in place",
      401);
}

Outcome JudgeForbidden(const ApiError& error) {
  std::string remedy = "see in HubSpot whether the app is still allowed to act for the account";
  if (!error.scopes.empty()) {
    remedy = absl::StrCat("give the app these scopes: ", absl::StrJoin(error.scopes, ", "));
  } else if (error.category == "MISSING_SCOPES") {
    remedy =
        "give the app the scopes crm.objects.contacts and crm.objects.deals, read and write, and "
        "crm.objects.companies where company_id_property is set";
  }
  return Outcome::Unauthorized(
      absl::StrCat("HTTP 403", error.category.empty() ? "" : " ", error.category), remedy, 403);
}

bool IsAboutRecords(int status, const ApiError& error) {
  return status == 400 || status == 409 || status == 413 || status == 422 ||
         (status == 404 && error.category == "OBJECT_NOT_FOUND");
}

}  // namespace

ApiError ReadError(const json::Value& error) {
  ApiError result;
  result.category = Code(error.Find("category"));
  AddScopes(error.Find("context"), result);
  for (const json::Value& detail : error.Find("errors").Elements()) {
    AddDetail(detail.Find("code"), detail.Find("context").Find("propertyName"), result);
    AddScopes(detail.Find("context"), result);
  }
  if (result.details.empty()) AddDetailsOfMessage(error.Find("message"), result);
  return result;
}

std::string Describe(const ApiError& error, const SentProperty& sent) {
  std::vector<std::string> details;
  for (const ApiError::Detail& detail : error.details) {
    const bool ours = !detail.property.empty() && sent(detail.property);
    details.push_back(ours ? absl::StrCat(detail.code, " (", detail.property, ")") : detail.code);
  }
  const std::string what = error.category.empty() ? "an error without a category" : error.category;
  return details.empty() ? what : absl::StrCat(what, ": ", absl::StrJoin(details, ", "));
}

Outcome JudgeRecord(const ApiError& error, int status, const SentProperty& sent) {
  const std::string reason = Describe(error, sent);
  if (error.category == "MISSING_SCOPES") {
    Outcome outcome = JudgeForbidden(error);
    outcome.status = status;
    return outcome;
  }
  if (error.category == "RATE_LIMITS") return Outcome::Throttled(reason, kBurstWait, status);
  const bool rejected = status >= 400 || error.category == "VALIDATION_ERROR" ||
                        error.category.starts_with("MISSING_") || error.category == "CONFLICT" ||
                        error.category == "OBJECT_NOT_FOUND";
  if (rejected) return Outcome::Rejected(reason, Remedy(error), status);
  // A category that nobody documented: it may pass, and the ladder ends when it does not.
  return Outcome::Retry(reason, status);
}

Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now) {
  const http::Response& response = answer.response;
  const int status = response.status;
  if (status >= 200 && status < 300) return {};
  const ApiError error = ReadError(answer.body);
  Verdict verdict{Reach::kCall, JudgeByStatus(response, now)};

  if (status == 429) {
    verdict.reach = Reach::kAccount;
    verdict.outcome = JudgeThrottled(response, answer.body, now);
  } else if (status == 401 || status == 403) {
    verdict.reach = Reach::kAccount;
    verdict.outcome = status == 401 ? JudgeUnauthorized(error) : JudgeForbidden(error);
  } else if (status == kAccountMigration) {
    verdict.reach = Reach::kAccount;
    verdict.outcome = Outcome::Throttled("HTTP 477: HubSpot is moving the account",
                                         RetryAfter(response, now).value_or(kMigrationWait),
                                         status);
  } else if (IsAboutRecords(status, error)) {
    verdict.reach = Reach::kRecords;
  } else if (status == 423) {
    verdict.outcome.retry_after =
        std::max(verdict.outcome.retry_after.value_or(kLockWait), kLockWait);
  } else if (verdict.outcome.kind == Outcome::Kind::kRejected) {
    verdict.outcome.remedy = "check base_url and version of the destination";
  } else if (creates && (status >= 500 || status == 408)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

}  // namespace leadrelay::delivery::hubspot
