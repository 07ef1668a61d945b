#include "services/delivery/connectors/zapier/errors.h"

#include <algorithm>
#include <cctype>

namespace leadrelay::delivery::zapier {
namespace {

using Reach = Verdict::Reach;

constexpr absl::Duration kThrottledWait = absl::Minutes(1);  // The longer window has five minutes.
constexpr size_t kLongestRequestId = 128;

Outcome NoSuchHook(int status) {
  return Outcome::Unauthorized(absl::StrCat("HTTP ", status, ": Zapier knows no such hook"),
                               "the Zap or its trigger was deleted: copy the URL of the present "
                               "one into the destination's secret",
                               status);
}

Outcome Forbidden(int status) {
  return Outcome::Unauthorized(absl::StrCat("HTTP ", status, ": Zapier does not let us post there"),
                               "see in Zapier whether the Zap is switched on and its owner's "
                               "account in order",
                               status);
}

Outcome RefusedLead(int status) {
  return Outcome::Rejected(absl::StrCat("HTTP ", status, ": Zapier does not take the lead"),
                           "check the mapping and the size of the lead, then replay",
                           status);
}

bool MayHaveBeenStored(int status) {
  return status >= 500 && status != 503;
}

}  // namespace

Verdict JudgeAnswer(const Answer& answer, absl::Time now) {
  const int status = answer.response.status;
  if (status >= 200 && status < 300) return {};
  Verdict verdict{Reach::kCall, JudgeByStatus(answer.response, now)};
  if (status == 404 || status == 410) {
    verdict = {Reach::kAccount, NoSuchHook(status)};
  } else if (status == 401 || status == 403) {
    verdict = {Reach::kAccount, Forbidden(status)};
  } else if (status == 429) {
    verdict.reach = Reach::kAccount;
    verdict.outcome.retry_after = verdict.outcome.retry_after.value_or(kThrottledWait);
  } else if (status >= 400 && verdict.outcome.kind == Outcome::Kind::kRejected) {
    verdict = {Reach::kRecords, RefusedLead(status)};
  } else if (MayHaveBeenStored(status)) {
    verdict.outcome.kind = Outcome::Kind::kUnknown;
  }
  return verdict;
}

std::string RequestId(const json::Value& body) {
  std::string id = body.Find("request_id").StringOr("");
  const bool valid =
      id.size() <= kLongestRequestId && std::ranges::all_of(id, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
      });
  return valid ? id : "";
}

}  // namespace leadrelay::delivery::zapier
