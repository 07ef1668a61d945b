#include "services/delivery/connectors/zoho/errors.h"

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/zoho/catalogue.h"

namespace leadrelay::delivery::zoho {
namespace {

using Reach = Verdict::Reach;

// Zoho does not say how long (no Retry-After was ever seen): a few seconds for calls in flight, and
// longer for the credits, of which a rolling day gives some back all the time.
constexpr absl::Duration kConcurrencyWait = absl::Seconds(5);
constexpr absl::Duration kCreditsWait = absl::Minutes(15);

std::string Remedy(const Meaning& meaning, const ApiError& error) {
  if (error.permissions.empty()) return std::string(meaning.remedy);
  return absl::StrCat("give the profile of the user who connected the account: ",
                      absl::StrJoin(error.permissions, ", "));
}

// "HTTP 401 INVALID_TOKEN: the access token has expired or is not known"
std::string Reason(const Meaning& meaning, const std::string& what) {
  return meaning.words.empty() ? what : absl::StrCat(what, ": ", std::string(meaning.words));
}

Outcome Trouble(const std::string& reason, int status, bool creates) {
  Outcome outcome = creates ? Outcome::Unknown(reason) : Outcome::Retry(reason, status);
  outcome.status = status;
  outcome.strains_destination = true;
  return outcome;
}

Outcome OutcomeOf(const Meaning& meaning,
                  const ApiError& error,
                  const std::string& what,
                  int status,
                  bool creates) {
  const std::string reason = Reason(meaning, what);
  switch (meaning.what) {
    case Class::kRecord:
    case Class::kRequest:
      return Outcome::Rejected(reason, Remedy(meaning, error), status);
    case Class::kToken:
    case Class::kPermission:
      return Outcome::Unauthorized(reason, Remedy(meaning, error), status);
    case Class::kSlower:
      return Outcome::Throttled(reason, kConcurrencyWait, status);
    case Class::kTrouble:
      return Trouble(reason, status, creates);
    case Class::kBusy:
    case Class::kUnknown:
      // A code that nobody documented: it may pass, and the ladder ends when it does not.
      return Outcome::Retry(reason, status);
  }
  return Outcome::Retry(reason, status);
}

Reach ReachOf(Class what, const ApiError& error) {
  switch (what) {
    case Class::kToken:
    case Class::kPermission:
    case Class::kSlower:
      return Reach::kAccount;
    case Class::kRecord:
      return error.of_request ? Reach::kCall : Reach::kRecords;
    case Class::kBusy:
      return Reach::kRecords;
    case Class::kTrouble:
    case Class::kRequest:
    case Class::kUnknown:
      return Reach::kCall;
  }
  return Reach::kCall;
}

// An answer without a code that we know, by its status alone.
Verdict JudgeStatus(const Answer& answer, const ApiError& error, bool creates, absl::Time now) {
  const int status = answer.response.status;
  Verdict verdict{Reach::kCall, JudgeByStatus(answer.response, now)};
  Outcome& outcome = verdict.outcome;
  if (!error.code.empty()) absl::StrAppend(&outcome.reason, " ", error.code);
  if (status == 401 || status == 403) {
    verdict.reach = Reach::kAccount;
    outcome = Outcome::Unauthorized(
        outcome.reason,
        std::string(MeaningOf(status == 401 ? "INVALID_TOKEN" : "NO_PERMISSION").remedy),
        status);
  } else if (status == 400 || status == 409 || status == 412 || status == 413) {
    verdict.reach = error.of_request ? Reach::kCall : Reach::kRecords;
    if (status == 412) outcome = Outcome::Retry(outcome.reason, status);
    if (status == 400 || status == 413) outcome.remedy = MeaningOf("INVALID_DATA").remedy;
  } else if (outcome.kind == Outcome::Kind::kRejected) {
    outcome.remedy = MeaningOf("INVALID_URL_PATTERN").remedy;
  } else if (creates && (status >= 500 || status == 408)) {
    outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

Verdict JudgeThrottled(const http::Response& response, const std::string& code, absl::Time now) {
  const bool no_credits = response.headers.Get("x-api-credits-remaining") == "0";
  const absl::Duration usual = no_credits ? kCreditsWait : kConcurrencyWait;
  return {Reach::kAccount,
          Outcome::Throttled(absl::StrCat("HTTP ",
                                          response.status,
                                          code.empty() ? "" : " ",
                                          code,
                                          no_credits ? ": the day's API credits are used up" : ""),
                             RetryAfter(response, now).value_or(usual),
                             response.status)};
}

}  // namespace

Outcome JudgeRecord(const ApiError& error, int status, bool creates, const SentField& sent) {
  const Meaning& meaning = MeaningOf(error.code);
  // Of several faults, the first that is known says what to do.
  const Meaning& first = error.faults.empty() ? meaning : MeaningOf(error.faults.front().code);
  const bool several = error.code == "MULTIPLE_OR_MULTI_ERRORS" && !first.code.empty();
  return OutcomeOf(several ? first : meaning, error, Describe(error, sent), status, creates);
}

Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now) {
  const int status = answer.response.status;
  const bool success = status >= 200 && status < 300;
  const bool flat = IsError(answer.body);
  const json::Value records = answer.body.Find("data");
  // Every record of the request has a verdict of its own.
  if (!flat && records.size() > 0 && (success || status == 400)) return {};
  if (success && !flat) return {};

  const ApiError error = ReadError(answer.body);
  const Meaning& meaning = MeaningOf(error.code);
  if (status == 429 || meaning.what == Class::kSlower) {
    return JudgeThrottled(answer.response, error.code, now);
  }
  if (meaning.code.empty() && !success) return JudgeStatus(answer, error, creates, now);
  Verdict verdict;
  verdict.reach = ReachOf(meaning.what, error);
  verdict.outcome =
      OutcomeOf(meaning, error, absl::StrCat("HTTP ", status, " ", error.code), status, creates);
  if (verdict.outcome.kind == Outcome::Kind::kRetry) {
    verdict.outcome.retry_after = RetryAfter(answer.response, now);
  }
  return verdict;
}

}  // namespace leadrelay::delivery::zoho
