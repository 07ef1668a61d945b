#include "services/delivery/connectors/pipedrive/errors.h"

#include <algorithm>

#include "absl/strings/str_join.h"

namespace leadrelay::delivery::pipedrive {
namespace {

using Reach = Verdict::Reach;

constexpr absl::Duration kBurstWait = absl::Seconds(2);
// The day ends at a midnight whose zone is not named.
constexpr absl::Duration kDailyWait = absl::Hours(1);
// A 429 that says nothing of the window: rather the day's, since the burst is counted here.
constexpr absl::Duration kSilentWait = absl::Minutes(1);
// After many 429 Cloudflare shuts the account out, for how long is not said.
constexpr absl::Duration kShutOutWait = absl::Minutes(30);

std::string Describe(int status, const std::string& code) {
  return absl::StrCat("HTTP ", status, code.empty() ? "" : " ", code);
}

bool IsWordChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool HasWord(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordChar(text[at - 1])) && (end == text.size() || !IsWordChar(text[end]))) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> FieldsIn(const json::Value& body, const std::vector<std::string>& known) {
  const std::string text = body.Find("error").StringOr("");
  std::vector<std::string> named;
  for (const std::string& field : known) {
    if (HasWord(text, field)) named.push_back(field);
  }
  return named;
}

Verdict Rejection(int status, std::string reason, std::string remedy, Reach reach) {
  return {reach, Outcome::Rejected(std::move(reason), std::move(remedy), status)};
}

Verdict JudgeInvalid(const Answer& answer, const Asked& asked) {
  const int status = answer.response.status;
  const std::vector<std::string> fields = FieldsIn(answer.body, asked.fields);
  std::string reason = Describe(status, CodeIn(answer.body));
  if (!fields.empty()) absl::StrAppend(&reason, " (", absl::StrJoin(fields, ", "), ")");
  return Rejection(status,
                   std::move(reason),
                   "correct the value at its source or in the mapping (`leadctl crm` lists the "
                   "fields, their types and options), then replay",
                   Reach::kRecords);
}

// `x-ratelimit-remaining` tells the burst (0) from the day's budget (above): our reading, the docs
// do not say.
Verdict JudgeThrottled(const http::Response& response, absl::Time now) {
  const std::string_view remaining = response.headers.Get("x-ratelimit-remaining");
  absl::Duration wait = kSilentWait;
  std::string what = "over a limit";
  if (remaining == "0") {
    wait = kBurstWait;
    what = "too many requests at once";
  } else if (!remaining.empty()) {
    wait = kDailyWait;
    what = "the day's budget of tokens is used up";
  }
  return {Reach::kAccount,
          Outcome::Throttled(
              absl::StrCat("HTTP 429: ", what), RetryAfter(response, now).value_or(wait), 429)};
}

Verdict JudgeUnauthorized(const Answer& answer) {
  return {Reach::kAccount,
          Outcome::Unauthorized(
              Describe(401, CodeIn(answer.body)),
              "Pipedrive does not know the token: take the one under Personal preferences > API, "
              "which ends when a new one is made; an OAuth token is renewed without your help",
              401)};
}

Verdict JudgeForbidden(const Answer& answer, const Asked& asked, absl::Time now) {
  const http::Response& response = answer.response;
  if (!answer.body.IsObject()) {
    return {Reach::kAccount,
            Outcome::Throttled("HTTP 403 without Pipedrive's answer: shut out after many 429",
                               RetryAfter(response, now).value_or(kShutOutWait),
                               403)};
  }
  if (answer.body.Find("error").AsString() == "Scope and URL mismatch") {
    return {Reach::kAccount,
            Outcome::Unauthorized("HTTP 403: a scope is missing",
                                  "give the app the scopes contacts:full, deals:full, "
                                  "activities:full, search:read and, for the inbox, leads:full",
                                  403)};
  }
  if (asked.about_a_record) {
    return Rejection(403,
                     "HTTP 403: this record may not be changed",
                     "let the token's user see and edit it in Pipedrive, then replay",
                     Reach::kCall);
  }
  return {Reach::kAccount,
          Outcome::Unauthorized("HTTP 403",
                                "see in Pipedrive whether the token's user may add such records, "
                                "and whether the plan's limit of open deals is reached",
                                403)};
}

Verdict JudgeMissing(const Answer& answer, const Asked& asked) {
  const int status = answer.response.status;
  const bool belongs_to_a_record =
      asked.creates && answer.body.Find("error_info").AsString() == "Object was not found.";
  if (status == 404 && (asked.about_a_record || belongs_to_a_record)) {
    return Rejection(status,
                     "HTTP 404: a record is gone from Pipedrive",
                     "replay to find it anew or to make it again",
                     Reach::kRecords);
  }
  return Rejection(status,
                   absl::StrCat("HTTP ", status, ": this version of Pipedrive's API has ended"),
                   "check company_domain and base_url; if they are right, leadrelay has to learn "
                   "the API's next version",
                   Reach::kCall);
}

bool IsInvalid(int status) {
  return status == 400 || status == 409 || status == 413 || status == 415 || status == 422;
}

}  // namespace

std::string CodeIn(const json::Value& body) {
  const std::string text = body.Find("code").StringOr("");
  const bool valid =
      text.starts_with("ERR_") && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  return valid ? text : "";
}

Verdict JudgeReply(const Answer& answer, const Asked& asked, absl::Time now) {
  const http::Response& response = answer.response;
  const int status = response.status;
  if (status >= 200 && status < 300) return {};
  if (status == 429) return JudgeThrottled(response, now);
  if (status == 401) return JudgeUnauthorized(answer);
  if (status == 402) {
    return {Reach::kAccount,
            Outcome::Unauthorized("HTTP 402: the account is not open, or its plan lacks this",
                                  "see to the subscription in Pipedrive",
                                  402)};
  }
  if (status == 403) return JudgeForbidden(answer, asked, now);
  if (status == 404 || status == 405 || status == 410 || status == 501) {
    return JudgeMissing(answer, asked);
  }
  if (IsInvalid(status)) return JudgeInvalid(answer, asked);

  Verdict verdict{Reach::kCall, JudgeByStatus(response, now)};
  if (status >= 500) verdict.outcome.reason = Describe(status, CodeIn(answer.body));
  if (asked.creates && (status >= 500 || status == 408)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

}  // namespace leadrelay::delivery::pipedrive
