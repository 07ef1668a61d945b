#include "services/delivery/deliver/conversation.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

#include "common/coro/scope.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {
namespace {

using FailureKind = http::TransportFailure::Kind;

// A connector that wants more calls than this for a batch is going round in circles.  As many for
// each lead of a batch as for a lead alone: a bulk batch may have leads that go step by step.
size_t MaxCalls(const Batch& batch) {
  return 24 * batch.jobs.size();
}

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

// What this CRM cannot do is nobody's passing trouble.
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

// The connector's next step, with its mistakes turned into outcomes.
std::optional<Call> NextCall(const Connector& connector, Batch& batch, const Reply* last) {
  try {
    std::optional<Call> call = connector.Next(batch, last);
    if (!call.has_value()) {
      DecideOpenJobs(batch,
                     Outcome::Rejected("the connector came to no verdict",
                                       "this is a defect of the connector: report it",
                                       last == nullptr ? 0 : last->response.status));
    }
    return call;
  } catch (const std::exception& error) {
    DecideOpenJobs(batch,
                   Outcome::Rejected(absl::StrCat("the connector failed: ", error.what()),
                                     "this is a defect of the connector: report it",
                                     last == nullptr ? 0 : last->response.status));
    return std::nullopt;
  }
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

// Tells the gate what the connector made of a reply.
coro::Task<void> ReportReply(Line line, Permit permit, Call& call, Batch& batch) {
  if (const Outcome* slower = FirstOfKind(call, batch, Outcome::Kind::kThrottled)) {
    absl::Duration pause = slower->retry_after.value_or(kThrottlePause);
    co_await line.gate.ReportThrottled(permit, pause);
  } else if (AnyStrain(call, batch)) {
    co_await line.gate.ReportStrain(permit);
  } else {
    co_await line.gate.ReportSuccess(permit);
  }
}

// Takes back the outcomes of jobs whose credential was refused, so that they are tried again.  All
// of them: one refusal decides the jobs of every call.
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

// There is no credential to go on with: tells the gate, and decides whoever is open.
coro::Task<void> EndWithoutCredential(Line line, Permit permit, absl::Status why, Batch& batch) {
  const Outcome outcome = OutcomeOfCredential(why);
  DecideOpenJobs(batch, outcome);
  if (outcome.kind == Outcome::Kind::kUnauthorized) {
    co_await line.gate.ReportUnauthorized(permit, outcome.reason, kUnauthorizedPause);
  } else if (outcome.kind == Outcome::Kind::kThrottled) {
    co_await line.gate.ReportThrottled(permit, kTokenPause);
  } else {
    co_await line.gate.ReportStrain(permit);
  }
}

}  // namespace

coro::Task<http::SendResult> SendPermitted(Line line,
                                           http::Request request,
                                           Permit permit,
                                           std::string scope,
                                           int cost,
                                           std::stop_token stop) {
  coro::Scope telling(line.timers.loop());
  http::SendOptions options = line.send;
  bool told = false;
  options.on_sending = [&] {
    if (told || line.timers.clock().Monotonic() <= permit.good_until) return;
    told = true;
    telling.Spawn(line.gate.ReportLate(permit, scope, cost));
  };
  http::SendResult result =
      co_await line.http.Send(std::move(request), std::move(options), std::move(stop));
  co_await telling.Join();
  co_return result;
}

std::optional<Call> FirstCall(const Connector& connector, Batch& batch) {
  RejectWhatIsNotOffered(connector, batch);
  return NextCall(connector, batch, nullptr);
}

coro::Task<void> Converse(Line line,
                          Batch& batch,
                          Permit permit,
                          std::string traceparent,
                          KeepAlive keep_alive,
                          std::stop_token stop) {
  bool have_permit = true;
  bool replaced_credential = false;
  size_t calls = 0;
  std::optional<Call> call = FirstCall(line.connector, batch);

  while (call.has_value()) {
    if (++calls > MaxCalls(batch)) {
      DecideOpenJobs(batch,
                     Outcome::Rejected("the connector did not come to an end",
                                       "this is a defect of the connector: report it",
                                       0));
      break;
    }

    // The first permit is for an ordinary request at once; any other needs its own.
    const absl::Duration after = std::min(call->after, kLongestWait);
    if (have_permit && (!call->scope.empty() || call->cost != 1 || after > absl::ZeroDuration())) {
      line.gate.GiveBack(permit, "", 1);
      have_permit = false;
    }
    if (after > absl::ZeroDuration()) (void)co_await line.timers.Sleep(after, stop);
    if (!have_permit) {
      absl::StatusOr<Permit> entered = co_await line.gate.Enter(call->scope, call->cost, stop);
      if (!entered.ok()) {
        DecideOpenJobs(batch, Outcome::Retry("stopped before it was sent", 0));
        break;
      }
      permit = *entered;
      absl::Status kept = co_await keep_alive();
      if (!kept.ok()) {
        line.gate.GiveBack(permit, call->scope, call->cost);
        DecideOpenJobs(batch, Outcome::Retry("the claim could not be renewed", 0));
        co_return;
      }
    }
    have_permit = false;

    absl::StatusOr<Credential> credential = co_await line.credentials.Current(stop);
    if (!credential.ok()) {
      co_await EndWithoutCredential(line, permit, credential.status(), batch);
      co_return;
    }

    // A slow claim or token may have outlasted the permit: a later send would break the windows.
    while (line.timers.clock().Monotonic() > permit.good_until) {
      line.gate.GiveBack(permit, call->scope, call->cost);
      absl::StatusOr<Permit> again = co_await line.gate.Enter(call->scope, call->cost, stop);
      if (!again.ok()) {
        DecideOpenJobs(batch, Outcome::Retry("stopped before it was sent", 0));
        co_return;
      }
      permit = *again;
    }

    http::Request request = call->request;
    if (!traceparent.empty()) request.headers.Set("traceparent", traceparent);
    batch.now = line.timers.clock().Now();
    line.connector.Authorize(request, *call, batch, *credential, batch.now);
    http::SendResult result =
        co_await SendPermitted(line, std::move(request), permit, call->scope, call->cost, stop);
    batch.now = line.timers.clock().Now();

    if (const auto* failure = std::get_if<http::TransportFailure>(&result)) {
      Outcome outcome = OutcomeOf(*failure);
      DecideJobsOf(*call, batch, outcome);
      if (Strains(failure->kind)) {
        co_await line.gate.ReportStrain(permit);
      } else if (failure->kind != FailureKind::kCancelled) {
        // What was cancelled may have left: its permit counts as used.
        line.gate.GiveBack(permit, call->scope, call->cost);
      }
      if (stop.stop_requested()) {
        DecideOpenJobs(batch, Outcome::Retry("stopped before it was sent", 0));
        break;
      }
      call = NextCall(line.connector, batch, nullptr);
      continue;
    }

    Reply reply{std::move(*call), std::get<http::Response>(std::move(result))};
    std::vector<QuotaHint> hints = line.connector.ReadQuota(reply.response);
    if (!hints.empty()) co_await line.gate.ReportQuota(std::move(hints));
    call = NextCall(line.connector, batch, &reply);

    if (FirstOfKind(reply.call, batch, Outcome::Kind::kUnauthorized) == nullptr) {
      co_await ReportReply(line, permit, reply.call, batch);
      continue;
    }
    absl::StatusOr<Credential> other = absl::UnauthenticatedError("the credential was refused");
    if (!replaced_credential) other = co_await line.credentials.Replace(*credential, stop);
    if (!other.ok() && !absl::IsUnauthenticated(other.status())) {
      ReopenUnauthorized(batch);
      co_await EndWithoutCredential(line, permit, other.status(), batch);
      co_return;
    }
    if (!other.ok()) {
      const Outcome* refused = FirstOfKind(reply.call, batch, Outcome::Kind::kUnauthorized);
      co_await line.gate.ReportUnauthorized(permit, refused->reason, kUnauthorizedPause);
      continue;
    }
    replaced_credential = true;
    co_await line.gate.ReportSuccess(permit);
    ReopenUnauthorized(batch);
    call = NextCall(line.connector, batch, nullptr);
  }
  if (have_permit) line.gate.GiveBack(permit, "", 1);
}

}  // namespace leadrelay::delivery
