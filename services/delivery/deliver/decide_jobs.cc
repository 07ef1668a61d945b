#include "services/delivery/deliver/decide_jobs.h"

#include <algorithm>
#include <exception>

#include "absl/strings/str_cat.h"

#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {
namespace {

using FailureKind = http::TransportFailure::Kind;

void CutReason(std::string& reason) {
  if (reason.size() <= kLongestReason) return;
  size_t end = kLongestReason;
  while (end > 0 && (reason[end] & 0xC0) == 0x80) --end;  // Not within a code point.
  reason.resize(end);
}

// True when some jobs are rejected for it.
bool RejectLongFacts(Batch& batch, int status) {
  bool any = false;
  for (Job& job : batch.jobs) {
    const size_t removed = std::erase_if(
        job.progress, [](const auto& fact) { return fact.second.size() > kLongestFact; });
    if (removed == 0) continue;
    any = true;
    job.outcome = Outcome::Rejected(
        absl::StrCat("the CRM's answer has an id of more than ", kLongestFact, " bytes"),
        "find out what answers in the CRM's place; what was written there before stays",
        status);
  }
  return any;
}

void CutOutcomes(Batch& batch) {
  for (Job& job : batch.jobs) {
    if (!job.outcome.has_value()) continue;
    if (job.outcome->remote_id.size() > kLongestFact) job.outcome->remote_id.clear();
    CutReason(job.outcome->reason);
  }
}

std::optional<Call> Ask(const Connector& connector, Batch& batch, const Reply* last, int status) {
  try {
    std::optional<Call> call = connector.Next(batch, last);
    if (!call.has_value()) {
      DecideOpenJobs(batch,
                     Outcome::Rejected("the connector came to no verdict",
                                       "this is a defect of the connector: report it",
                                       status));
    }
    return call;
  } catch (const std::exception& error) {
    DecideOpenJobs(batch,
                   Outcome::Rejected(absl::StrCat("the connector failed: ", error.what()),
                                     "this is a defect of the connector: report it",
                                     status));
    return std::nullopt;
  }
}

}  // namespace

void DecideOpenJobs(Batch& batch, const Outcome& outcome) {
  for (Job& job : batch.jobs) {
    if (!job.outcome.has_value()) job.outcome = outcome;
  }
}

void DecideJobsOf(const Call& call, Batch& batch, const Outcome& outcome) {
  for (size_t index : call.jobs) {
    if (index < batch.jobs.size() && !batch.jobs[index].outcome.has_value()) {
      batch.jobs[index].outcome = outcome;
    }
  }
}

void RejectWhatIsNotOffered(const Connector& connector, Batch& batch) {
  for (Job& job : batch.jobs) {
    const std::optional<Operation> operation = OperationOf(job.lead);
    if (operation.has_value() && connector.Offers(*operation)) continue;
    const std::string word = operation.has_value() ? std::string(Name(*operation)) : "this";
    job.outcome = Outcome::Rejected(
        absl::StrCat("the destination's connector does not offer the operation ", word),
        "send operations only where they are offered: a route's condition can ask for the path "
        "`operation`; then discard this one",
        0);
  }
}

std::optional<Call> NextCall(const Connector& connector, Batch& batch, const Reply* last) {
  const int status = last == nullptr ? 0 : last->response.status;
  std::optional<Call> call = Ask(connector, batch, last, status);
  // A call that already speaks of what was rejected is not made.
  if (RejectLongFacts(batch, status)) call = Ask(connector, batch, nullptr, status);
  CutOutcomes(batch);
  return call;
}

Outcome OutcomeOf(const http::TransportFailure& failure) {
  switch (failure.kind) {
    case FailureKind::kNotSent: {
      Outcome outcome = Outcome::Retry(absl::StrCat("not reached: ", failure.reason), 0);
      outcome.strains_destination = true;
      return outcome;
    }
    case FailureKind::kRefusedAddress:
      return Outcome::Rejected(failure.reason,
                               "use a public address, or set allow_private_addresses for this "
                               "destination if it is meant to be inside your network",
                               0);
    case FailureKind::kBadRequest:
      return Outcome::Rejected(absl::StrCat("the request cannot be sent: ", failure.reason),
                               "check the destination's URL, headers and mapping",
                               0);
    case FailureKind::kUnknown:
    case FailureKind::kTooLarge:
    case FailureKind::kCancelled:
      return Outcome::Unknown(failure.reason);
  }
  return Outcome::Unknown(failure.reason);
}

bool Strains(FailureKind kind) {
  return kind == FailureKind::kNotSent || kind == FailureKind::kUnknown ||
         kind == FailureKind::kTooLarge;
}

const Outcome* FirstOfKind(const Call& call, const Batch& batch, Outcome::Kind kind) {
  for (size_t index : call.jobs) {
    const std::optional<Outcome>& outcome = batch.jobs[index].outcome;
    if (outcome.has_value() && outcome->kind == kind) return &*outcome;
  }
  return nullptr;
}

bool AnyStrain(const Call& call, const Batch& batch) {
  return std::any_of(call.jobs.begin(), call.jobs.end(), [&batch](size_t index) {
    const std::optional<Outcome>& outcome = batch.jobs[index].outcome;
    return outcome.has_value() && outcome->strains_destination;
  });
}

void ReopenUnauthorized(Batch& batch) {
  for (Job& job : batch.jobs) {
    if (job.outcome.has_value() && job.outcome->kind == Outcome::Kind::kUnauthorized) {
      job.outcome.reset();
    }
  }
}

Outcome OutcomeOfCredential(const absl::Status& status) {
  std::string reason(status.message());
  if (absl::IsUnauthenticated(status)) {
    return Outcome::Unauthorized(
        reason, "connect the account again and put its new credential in place", 0);
  }
  if (absl::IsResourceExhausted(status)) return Outcome::Throttled(reason, kTokenPause, 0);
  return Outcome::Retry(reason, 0);
}

}  // namespace leadrelay::delivery
