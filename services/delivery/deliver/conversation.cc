#include "services/delivery/deliver/conversation.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "common/coro/scope.h"
#include "services/delivery/deliver/decide_jobs.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {
namespace {

using FailureKind = http::TransportFailure::Kind;

// A connector that wants more calls than this for a batch is going round in circles.  As many for
// each lead of a batch as for a lead alone: a bulk batch may have leads that go step by step.
size_t MaxCalls(const Batch& batch) {
  return 24 * batch.jobs.size();
}

}  // namespace

coro::Task<http::SendResult> SendPermitted(Line line,
                                           http::Request request,
                                           Permit permit,
                                           std::string scope,
                                           int cost,
                                           std::stop_token stop) {
  coro::Scope telling(line.timers.loop());
  http::SendOptions options = std::move(line.send);
  bool told = false;
  options.on_sending = [&] {
    if (told || line.timers.clock().Monotonic() <= permit.good_until) return;
    told = true;
    telling.Spawn(line.gate.ReportLate(permit, scope, cost, stop));
  };
  http::SendResult result = co_await line.http.Send(std::move(request), std::move(options), stop);
  co_await telling.Join();
  co_return result;
}

std::optional<Call> FirstCall(const Connector& connector, Batch& batch) {
  RejectWhatIsNotOffered(connector, batch);
  return NextCall(connector, batch, nullptr);
}

namespace {

// One conversation: the call that comes next, and what it is to be sent with.
class Conversation {
 public:
  Conversation(
      Line line, Batch& batch, std::string traceparent, KeepAlive keep_alive, std::stop_token stop)
      : line_(std::move(line)),
        batch_(batch),
        traceparent_(std::move(traceparent)),
        keep_alive_(std::move(keep_alive)),
        stop_(std::move(stop)) {}

  coro::Task<void> Run(Permit permit) {
    permit_ = permit;
    call_ = FirstCall(line_.connector, batch_);
    for (size_t calls = 0; call_.has_value(); ++calls) {
      if (calls == MaxCalls(batch_)) {
        DecideOpenJobs(batch_,
                       Outcome::Rejected("the connector did not come to an end",
                                         "this is a defect of the connector: report it",
                                         0));
        break;
      }
      bool ready = co_await Prepare();
      if (!ready) break;
      co_await Exchange();
    }
    if (permit_.has_value()) line_.gate.GiveBack(TakePermit(), "", 1);
  }

 private:
  absl::Duration Monotonic() const { return line_.timers.clock().Monotonic(); }
  Permit TakePermit() { return *std::exchange(permit_, std::nullopt); }
  void GiveBackPermit() { line_.gate.GiveBack(TakePermit(), call_->scope, call_->cost); }

  // Gets the permit and the credential that the call is sent with.  False: that cannot be, and
  // every job is decided.
  coro::Task<bool> Prepare() {
    bool permitted = co_await ObtainPermit();
    if (!permitted) co_return false;
    absl::StatusOr<Credential> credential = co_await line_.credentials.Current(stop_);
    if (!credential.ok()) {
      co_await EndWithoutCredential(credential.status());
      co_return false;
    }
    credential_ = *std::move(credential);
    // A slow claim or token may have outlasted the permit: a later send would break the windows.
    while (Monotonic() > permit_->good_until) {
      GiveBackPermit();
      bool again = co_await EnterWithClaims();
      if (!again) co_return false;
    }
    co_return true;
  }

  // The permit that a conversation begins with is for an ordinary request at once; any other call
  // needs its own.
  coro::Task<bool> ObtainPermit() {
    const absl::Duration after = std::min(call_->after, kLongestWait);
    const bool ordinary = call_->scope.empty() && call_->cost == 1 && after <= absl::ZeroDuration();
    if (permit_.has_value() && ordinary) co_return true;
    if (permit_.has_value()) line_.gate.GiveBack(TakePermit(), "", 1);
    if (after > absl::ZeroDuration()) (void)co_await line_.timers.Sleep(after, stop_);
    co_return co_await EnterWithClaims();
  }

  // However long it waits for the permit: with it the claims are ours, or nothing is sent.
  coro::Task<bool> EnterWithClaims() {
    absl::StatusOr<Permit> entered = co_await line_.gate.Enter(call_->scope, call_->cost, stop_);
    if (!entered.ok()) {
      DecideOpenJobs(batch_, Outcome::Retry("stopped before it was sent", 0));
      co_return false;
    }
    permit_ = *entered;
    absl::Status kept = co_await keep_alive_();
    if (kept.ok()) co_return true;
    GiveBackPermit();
    DecideOpenJobs(batch_, Outcome::Retry("the claim could not be renewed", 0));
    co_return false;
  }

  // Sends the call, and finds the next one.
  coro::Task<void> Exchange() {
    http::Request request = call_->request;
    if (!traceparent_.empty()) request.headers.Set("traceparent", traceparent_);
    batch_.now = line_.timers.clock().Now();
    line_.connector.Authorize(request, *call_, batch_, credential_, batch_.now);
    http::SendResult result = co_await SendPermitted(
        line_, std::move(request), *permit_, call_->scope, call_->cost, stop_);
    batch_.now = line_.timers.clock().Now();
    if (auto* failure = std::get_if<http::TransportFailure>(&result)) {
      co_await AbsorbFailure(std::move(*failure));
    } else {
      co_await AbsorbResponse(std::get<http::Response>(std::move(result)));
    }
  }

  coro::Task<void> AbsorbFailure(http::TransportFailure failure) {
    DecideJobsOf(*call_, batch_, OutcomeOf(failure));
    if (failure.kind == FailureKind::kCancelled) {
      permit_.reset();  // It may have left: its permit counts as used.
    } else if (Strains(failure.kind)) {
      co_await line_.gate.ReportStrain(TakePermit());
    } else {
      GiveBackPermit();
    }
    if (stop_.stop_requested()) {
      DecideOpenJobs(batch_, Outcome::Retry("stopped before it was sent", 0));
      call_.reset();
    } else {
      call_ = NextCall(line_.connector, batch_, nullptr);
    }
  }

  coro::Task<void> AbsorbResponse(http::Response response) {
    Reply reply{*std::move(call_), std::move(response)};
    std::vector<QuotaHint> hints = line_.connector.ReadQuota(reply.response);
    if (!hints.empty()) co_await line_.gate.ReportQuota(std::move(hints));
    call_ = NextCall(line_.connector, batch_, &reply);
    const Outcome* refused = FirstOfKind(reply.call, batch_, Outcome::Kind::kUnauthorized);
    if (refused != nullptr) {
      co_await ReplaceCredential(refused->reason);
    } else {
      co_await Report(reply.call);
    }
  }

  // Once in a conversation; a credential that is refused again is dead.
  coro::Task<void> ReplaceCredential(std::string why_refused) {
    absl::StatusOr<Credential> other = absl::UnauthenticatedError("the credential was refused");
    if (!std::exchange(replaced_, true)) {
      other = co_await line_.credentials.Replace(credential_, stop_);
    }
    if (absl::IsUnauthenticated(other.status())) {
      co_await line_.gate.ReportUnauthorized(
          TakePermit(), std::move(why_refused), kUnauthorizedPause);
      co_return;
    }
    ReopenUnauthorized(batch_);
    if (other.ok()) {
      co_await line_.gate.ReportSuccess(TakePermit());
      call_ = NextCall(line_.connector, batch_, nullptr);
    } else {
      co_await EndWithoutCredential(other.status());
      call_.reset();
    }
  }

  // Tells the gate what the connector made of the answer to a call.
  coro::Task<void> Report(Call& answered) {
    if (const Outcome* slower = FirstOfKind(answered, batch_, Outcome::Kind::kThrottled)) {
      absl::Duration pause = slower->retry_after.value_or(kThrottlePause);
      co_await line_.gate.ReportThrottled(TakePermit(), pause);
    } else if (AnyStrain(answered, batch_)) {
      co_await line_.gate.ReportStrain(TakePermit());
    } else {
      co_await line_.gate.ReportSuccess(TakePermit());
    }
  }

  // Tells the gate that there is no credential to go on with, and decides whoever is open.
  coro::Task<void> EndWithoutCredential(absl::Status why) {
    const Outcome outcome = OutcomeOfCredential(why);
    DecideOpenJobs(batch_, outcome);
    if (outcome.kind == Outcome::Kind::kUnauthorized) {
      co_await line_.gate.ReportUnauthorized(TakePermit(), outcome.reason, kUnauthorizedPause);
    } else if (outcome.kind == Outcome::Kind::kThrottled) {
      co_await line_.gate.ReportThrottled(TakePermit(), kTokenPause);
    } else {
      co_await line_.gate.ReportStrain(TakePermit());
    }
  }

  const Line line_;
  Batch& batch_;
  const std::string traceparent_;
  const KeepAlive keep_alive_;
  const std::stop_token stop_;
  std::optional<Call> call_;
  std::optional<Permit> permit_;
  Credential credential_;
  bool replaced_ = false;
};

}  // namespace

coro::Task<void> Converse(Line line,
                          Batch& batch,
                          Permit permit,
                          std::string traceparent,
                          KeepAlive keep_alive,
                          std::stop_token stop) {
  Conversation conversation(
      std::move(line), batch, std::move(traceparent), std::move(keep_alive), std::move(stop));
  co_await conversation.Run(permit);
}

}  // namespace leadrelay::delivery
