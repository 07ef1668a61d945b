#include "services/delivery/connectors/salesforce/errors.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/salesforce/remedies.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

using Reach = Verdict::Reach;

constexpr absl::Duration kConcurrentWait = absl::Seconds(5);  // Those that run for 20 s and more.
constexpr absl::Duration kDayWait = absl::Minutes(15);  // The day's window moves all the time.
constexpr absl::Duration kLockWait = absl::Seconds(2);

// Codes are upper-case words; whatever else stands in their place is not shown.
std::string Code(std::string text) {
  const bool valid = !text.empty() && text.size() <= 64 && text[0] >= 'A' && text[0] <= 'Z' &&
                     std::ranges::all_of(text, [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                     });
  return valid ? text : "";
}

// The word after `before` in a message, up to a character that no name or id has.
std::string WordAfter(std::string_view message, std::string_view before) {
  const size_t at = message.find(before);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = message.substr(at + before.size());
  const auto end = std::ranges::find_if(rest, [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_');
  });
  return std::string(rest.begin(), end);
}

// What only the message tells.
void ReadMessage(std::string_view message, ApiError& error) {
  if (error.code == "INVALID_FIELD" && error.fields.empty()) {
    // No such column 'Plan__c' on sobject of type Lead
    std::string column = WordAfter(message, "No such column '");
    if (!column.empty()) error.fields.push_back(std::move(column));
  } else if (error.code == "DUPLICATE_VALUE") {
    // duplicate value found: Key__c duplicates value on record with id: 00Q...
    std::string field = WordAfter(message, "duplicate value found: ");
    if (error.fields.empty() && !field.empty()) error.fields.push_back(std::move(field));
    error.record_id = WordAfter(message, "on record with id: ");
    if (!IsId(error.record_id)) error.record_id.clear();
  } else if (error.code == "REQUEST_LIMIT_EXCEEDED") {
    error.concurrent = message.find("Concurrent") != std::string_view::npos;
  }
}

ApiError ReadOne(const json::Value& value) {
  ApiError error;
  error.code = Code(value.Find("errorCode").StringOr(""));
  if (error.code.empty()) error.code = Code(value.Find("statusCode").StringOr(""));
  for (const json::Value& field : value.Find("fields").Elements()) {
    if (std::optional<std::string> name = field.AsText()) error.fields.push_back(*std::move(name));
  }
  ReadMessage(value.Find("message").StringOr(""), error);
  return error;
}

bool Passes(const ApiError& error) {
  constexpr std::array<std::string_view, 3> kPassing = {
      "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION"};
  return std::ranges::find(kPassing, error.code) != kPassing.end();
}

// Of a 403 that is about one record and not about the account.
bool IsAboutSharing(const ApiError& error) {
  return error.code == "INSUFFICIENT_ACCESS_OR_READONLY" ||
         error.code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY";
}

std::string Reason(int status, const ApiError& error) {
  return absl::StrCat("HTTP ", status, error.code.empty() ? "" : " ", error.code);
}

Outcome JudgeLimit(const ApiError& error, int status) {
  if (error.concurrent) {
    return Outcome::Throttled(
        "REQUEST_LIMIT_EXCEEDED: too many long requests at a time", kConcurrentWait, status);
  }
  return Outcome::Throttled(
      "REQUEST_LIMIT_EXCEEDED: the org's requests of the day are used up", kDayWait, status);
}

Outcome JudgeUnauthorized(const ApiError& error) {
  return Outcome::Unauthorized(
      Reason(401, error),
      "an expired session is renewed without your help; if this stays, see in Salesforce whether "
      "the app and its user are still allowed to use the API",
      401);
}

Outcome JudgeForbidden(const ApiError& error) {
  std::string remedy =
      "give the integration user the permission \"API Enabled\" and rights on the objects, by a "
      "permission set";
  if (error.code == "API_DISABLED_FOR_ORG") {
    remedy = "the org's edition has no API: add it to the contract, or use salesforce-web-to-lead";
  }
  return Outcome::Unauthorized(Reason(403, error), std::move(remedy), 403);
}

// A 4xx that one record may have caused.
bool IsAboutRecords(int status, const ApiError& error) {
  switch (status) {
    case 300:  // A key that several records have.
    case 400:
    case 409:
    case 412:
    case 413:
    case 414:
    case 431:
      return true;
    case 403:
      return IsAboutSharing(error);
    case 404:
      return IsGone(error);
    default:
      return false;
  }
}

Outcome JudgeStatus(const http::Response& response, bool creates, absl::Time now) {
  Outcome outcome = JudgeByStatus(response, now);
  const int status = response.status;
  if (status == 410) {
    outcome.remedy = "Salesforce has retired this API version: set `version` to a newer one";
  } else if (outcome.kind == Outcome::Kind::kRejected) {
    outcome.remedy = "check base_url and version of the destination";
  } else if (creates && (status >= 500 || status == 408)) {
    outcome.kind = Outcome::Kind::kUnknown;
  }
  return outcome;
}

}  // namespace

ApiError ReadError(const json::Value& errors) {
  if (errors.IsObject()) return ReadOne(errors);
  for (const json::Value& element : errors.Elements()) {
    ApiError error = ReadOne(element);
    if (!error.code.empty()) return error;
  }
  return {};
}

ApiError ReadRowError(std::string_view text) {
  constexpr std::string_view kEnd = "--";
  ApiError error;
  error.code = Code(std::string(text.substr(0, text.find(':'))));
  if (error.code.empty()) return error;
  if (text.ends_with(kEnd)) {
    text.remove_suffix(kEnd.size());
    const std::string names(text.substr(text.rfind(':') + 1));
    error.fields = absl::StrSplit(names, absl::ByAnyChar(", "), absl::SkipEmpty());
  }
  ReadMessage(text, error);
  return error;
}

std::vector<Match> ReadMatches(const json::Value& errors) {
  std::vector<Match> matches;
  for (const json::Value& error : errors.Elements()) {
    for (const char* spelling : {"duplicateResut", "duplicateResult"}) {
      for (const json::Value& result : error.Find(spelling).Find("matchResults").Elements()) {
        for (const json::Value& each : result.Find("matchRecords").Elements()) {
          const json::Value record = each.Find("record");
          Match match{record.Find("attributes").Find("type").StringOr(""),
                      record.Find("Id").StringOr("")};
          const bool known = std::ranges::any_of(
              matches, [&match](const Match& other) { return SameId(other.id, match.id); });
          if (IsId(match.id) && !known) matches.push_back(std::move(match));
        }
      }
    }
  }
  return matches;
}

std::string Describe(const ApiError& error, const SentField& sent) {
  std::vector<std::string> ours;
  for (const std::string& field : error.fields) {
    if (sent(field)) ours.push_back(field);
  }
  std::string what = error.code.empty() ? "an error without a code" : error.code;
  if (!ours.empty()) absl::StrAppend(&what, " (", absl::StrJoin(ours, ", "), ")");
  return what;
}

bool IsGone(const ApiError& error) {
  return error.code == "ENTITY_IS_DELETED" || error.code == "NOT_FOUND" ||
         error.code == "INVALID_CROSS_REFERENCE_KEY";
}

Outcome JudgeRecord(const ApiError& error, int status, const SentField& sent) {
  if (error.code == "REQUEST_LIMIT_EXCEEDED") return JudgeLimit(error, status);
  const std::string reason = Describe(error, sent);
  if (Passes(error)) {
    Outcome outcome = Outcome::Retry(reason, status);
    if (error.code == "UNABLE_TO_LOCK_ROW") outcome.retry_after = kLockWait;
    return outcome;
  }
  return Outcome::Rejected(reason, std::string(RemedyFor(error.code)), status);
}

void RefuseRecord(Job& job, const ApiError& error, int status, const SentField& sent) {
  job.outcome = JudgeRecord(error, status, sent);
  if (!IsGone(error)) return;
  if (error.code == "ENTITY_IS_DELETED") {
    job.outcome = Outcome::Retry(job.outcome->reason, status);
  }
  job.progress.clear();
  PutInDoubt(job);
}

Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now) {
  const int status = answer.response.status;
  if (status >= 200 && status < 300) return {};
  const ApiError error = ReadError(answer.body);
  if (error.code == "REQUEST_LIMIT_EXCEEDED") {
    return {Reach::kAccount, JudgeLimit(error, status)};
  }
  if (status == 401) return {Reach::kAccount, JudgeUnauthorized(error)};
  if (status == 403 && !IsAboutSharing(error)) return {Reach::kAccount, JudgeForbidden(error)};
  if (IsAboutRecords(status, error)) {
    Outcome outcome = JudgeRecord(error, status, [](std::string_view) { return false; });
    if (error.code.empty()) outcome = JudgeStatus(answer.response, creates, now);
    return {error.code == "UNABLE_TO_LOCK_ROW" ? Reach::kCall : Reach::kRecords, outcome};
  }
  const Reach reach = status == 429 ? Reach::kAccount : Reach::kCall;
  return {reach, JudgeStatus(answer.response, creates, now)};
}

}  // namespace leadrelay::delivery::salesforce
