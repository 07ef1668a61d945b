#include "services/delivery/connectors/google-sheets/errors.h"

#include <algorithm>

namespace leadrelay::delivery::google_sheets {
namespace {

using Cause = ApiError::Cause;
using Reach = Verdict::Reach;

// Quotas are counted by the minute, and no answer is known to say how long to wait.
constexpr absl::Duration kQuotaWait = absl::Minutes(1);

// Statuses and reasons are upper-case words; whatever else stands in their place is not shown.
std::string Code(const json::Value& value) {
  const std::string text = value.StringOr("");
  const bool valid = !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return valid ? text : "";
}

std::string Describe(int status, const ApiError& error) {
  std::string text = absl::StrCat("HTTP ", status);
  for (const std::string& code : {error.status, error.reason}) {
    if (!code.empty()) absl::StrAppend(&text, " ", code);
  }
  return text;
}

Outcome Forbidden(const ApiError& error, const std::string& account, const std::string& what) {
  if (error.reason == "SERVICE_DISABLED") {
    return Outcome::Unauthorized(
        what, "enable the Google Sheets API for the service account's project", 403);
  }
  return Outcome::Unauthorized(
      what, absl::StrCat("share the spreadsheet with ", account, " as an editor"), 403);
}

Outcome Refused(const ApiError& error, int status, const std::string& what) {
  if (error.cause == Cause::kNoSuchTab) {
    return Outcome::Rejected(absl::StrCat(what, ": the spreadsheet has no such tab"),
                             "check `sheet`: was the tab renamed or deleted? Then replay",
                             status);
  }
  if (error.cause == Cause::kFull) {
    return Outcome::Rejected(absl::StrCat(what, ": the spreadsheet is full"),
                             "it holds ten million cells: name a new spreadsheet, then replay",
                             status);
  }
  return Outcome::Rejected(
      what,
      "see whether the tab or a range of it is protected, and whether a value is longer than the "
      "50,000 characters of a cell; then replay",
      status);
}

}  // namespace

ApiError ReadError(const json::Value& body) {
  const json::Value error = body.Find("error");
  ApiError result;
  result.status = Code(error.Find("status"));
  for (const json::Value& detail : error.Find("details").Elements()) {
    if (result.reason.empty()) result.reason = Code(detail.Find("reason"));
  }
  const std::string message = error.Find("message").StringOr("");
  if (message.starts_with("Unable to parse range")) result.cause = Cause::kNoSuchTab;
  if (message.find("10000000 cells") != std::string::npos) result.cause = Cause::kFull;
  return result;
}

Verdict JudgeReply(const Answer& answer, bool creates, const std::string& account, absl::Time now) {
  const http::Response& response = answer.response;
  const int status = response.status;
  if (status >= 200 && status < 300) return {};
  const ApiError error = ReadError(answer.body);
  const std::string what = Describe(status, error);
  if (status == 401) {
    return {Reach::kAccount,
            Outcome::Unauthorized(what, "see whether the service account still exists", status)};
  }
  if (status == 403) return {Reach::kAccount, Forbidden(error, account, what)};
  if (status == 429) {
    const absl::Duration wait = RetryAfter(response, now).value_or(kQuotaWait);
    return {Reach::kAccount, Outcome::Throttled(what, wait, status)};
  }
  Verdict verdict{Reach::kCall, JudgeByStatus(response, now)};
  if (status == 404) {
    verdict.outcome = Outcome::Rejected(what, "check spreadsheet_id and base_url", status);
  } else if (status == 400 || status == 413) {
    // What is wrong with the tab is wrong for every row.
    const bool everybody = error.cause != Cause::kOther;
    verdict = {everybody ? Reach::kCall : Reach::kRecords, Refused(error, status, what)};
  } else if (creates && (status >= 500 || status == 408)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

}  // namespace leadrelay::delivery::google_sheets
