#include "tools/leadctl/account.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/coro/deadline.h"
#include "services/delivery/deliver/line_options.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::leadctl {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(2);
// A cold rate window of ten seconds is waited for; a breaker is not.
constexpr absl::Duration kAskPatience = absl::Seconds(15);
// One of a minute is, for a delivery; and then as long again for its requests.
constexpr absl::Duration kDeliveryPatience = absl::Seconds(75);

absl::Status NotNow(const std::string& state, const std::string& detail) {
  return absl::UnavailableError(
      absl::StrCat("nothing may be sent to it now: ", state, detail.empty() ? "" : ", ", detail));
}

}  // namespace

Account::Account(Context& context,
                 const config::Config& config,
                 const delivery::ConfiguredDestination& entry)
    : context_(context),
      destination_(entry.destination->name),
      connector_(*entry.connector),
      send_(delivery::SendOptionsFor(*entry.destination)),
      redis_(context.loop, context.timers, config.redis),
      cache_(config.delivery.token_key.empty()
                 ? nullptr
                 : std::make_unique<delivery::TokenCache>(
                       context.timers, redis_, destination_, config.delivery.token_key)),
      credentials_(context.timers, context.http, connector_, send_, cache_.get()),
      gate_(std::make_unique<delivery::Gate>(
          context.timers, redis_, delivery::GateOptionsFor(*entry.destination, connector_))) {}

Account::~Account() = default;

coro::Task<void> Account::Connect() {
  redis_.Start();
  started_ = true;
  connected_ = co_await redis_.WaitConnected(kConnectPatience, context_.stop);
}

coro::Task<absl::StatusOr<delivery::Credential>> Account::Authorise() {
  return credentials_.Current(context_.stop);
}

coro::Task<http::SendResult> Account::Send(http::Request request, delivery::Credential credential) {
  const delivery::Call call;
  const delivery::Batch batch;
  connector_.Authorize(request, call, batch, credential, context_.timers.clock().Now());
  co_return co_await context_.http.Send(std::move(request), send_, context_.stop);
}

delivery::Line Account::OwnLine() {
  return {context_.timers, context_.http, *gate_, credentials_, connector_, send_};
}

// What ends only when somebody acts is not waited for.
coro::Task<absl::Status> Account::RefuseStandstill() {
  if (!connected_.ok()) {
    co_return absl::UnavailableError(absl::StrCat(
        "Redis, which keeps the rate windows, is not there: ", std::string(connected_.message())));
  }
  const absl::StatusOr<delivery::GateState> gate =
      co_await delivery::ReadGate(redis_, destination_, context_.stop);
  if (!gate.ok()) co_return gate.status();
  const bool stands = gate->state == "paused" || gate->state == "unauthorized";
  co_return stands ? NotNow(gate->state, gate->detail) : absl::OkStatus();
}

coro::Task<absl::StatusOr<delivery::Permit>> Account::Enter(std::string_view scope,
                                                            absl::Duration patience) {
  absl::Status refused = co_await RefuseStandstill();
  if (!refused.ok()) co_return refused;
  delivery::Waiting waiting;
  coro::Deadline deadline(context_.timers, context_.stop, patience);
  gate_->OnChange([this, &waiting] {
    if (gate_->waiting().reason != delivery::Waiting::Reason::kNone) waiting = gate_->waiting();
  });
  absl::StatusOr<delivery::Permit> permit = co_await gate_->Enter(scope, 1, deadline.token());
  gate_->OnChange(nullptr);
  if (!permit.ok()) co_return NotNow(std::string(Name(waiting.reason)), waiting.detail);
  co_return permit;
}

coro::Task<void> Account::ReportAnswer(delivery::Permit permit, const http::SendResult& sent) {
  const auto* answer = std::get_if<http::Response>(&sent);
  if (answer == nullptr || answer->status >= 500) {
    co_await gate_->ReportStrain(permit);
  } else if (answer->status == 429) {
    const std::optional<absl::Duration> asked =
        delivery::RetryAfter(*answer, context_.timers.clock().Now());
    co_await gate_->ReportThrottled(permit, asked.value_or(delivery::kThrottlePause));
  } else {
    co_await gate_->ReportSuccess(permit);
  }
}

// One request within the rate windows.  The credential comes first: to fetch one may take longer
// than a permit lasts.
coro::Task<absl::StatusOr<http::Response>> Account::Exchange(std::string_view scope,
                                                             http::Request request,
                                                             absl::Duration patience) {
  absl::StatusOr<delivery::Credential> credential = co_await Authorise();
  if (!credential.ok()) co_return credential.status();
  absl::StatusOr<delivery::Permit> permit = co_await Enter(scope, patience);
  if (!permit.ok()) co_return permit.status();
  connector_.Authorize(request, {}, {}, *credential, context_.timers.clock().Now());
  http::SendResult sent = co_await delivery::SendPermitted(
      OwnLine(), std::move(request), *permit, std::string(scope), 1, context_.stop);
  co_await ReportAnswer(*permit, sent);
  if (const auto* failure = std::get_if<http::TransportFailure>(&sent)) {
    co_return absl::UnavailableError("no answer: " + failure->reason);
  }
  co_return std::get<http::Response>(std::move(sent));
}

coro::Task<absl::StatusOr<std::vector<delivery::Found>>> Account::Ask(delivery::Question question,
                                                                      http::Request request) {
  const std::string_view scope = connector_.ScopeOf(question);
  const absl::Duration until = context_.timers.clock().Monotonic() + kAskPatience;
  while (true) {
    const absl::Duration patience = until - context_.timers.clock().Monotonic();
    const absl::StatusOr<http::Response> answer = co_await Exchange(scope, request, patience);
    if (!answer.ok()) co_return answer.status();
    // Refused for its speed, it was not done: others use the account, too, and a process that has
    // yet to connect does not know to the millisecond when its request arrives.
    if (answer->status != 429) co_return connector_.ReadAnswer(question, *answer);
  }
}

coro::Task<absl::Status> Account::Deliver(delivery::Batch& batch) {
  absl::StatusOr<delivery::Permit> permit = co_await Enter("", kDeliveryPatience);
  if (!permit.ok()) co_return permit.status();
  const coro::Deadline deadline(context_.timers, context_.stop, kDeliveryPatience);
  const auto no_claim = []() -> coro::Task<absl::Status> { co_return absl::OkStatus(); };
  co_await delivery::Converse(OwnLine(), batch, *permit, "", no_claim, deadline.token());
  co_return absl::OkStatus();
}

coro::Task<void> Account::Close() {
  gate_.reset();
  if (started_) co_await redis_.Close();
}

}  // namespace leadrelay::leadctl
