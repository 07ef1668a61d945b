#include "tools/leadctl/account.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/coro/deadline.h"
#include "services/delivery/deliver/line_options.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::leadctl {
namespace {

constexpr absl::Duration kConnectPatience = absl::Seconds(2);
// A cold rate window of ten seconds is waited for; a breaker or a pause is not.
constexpr absl::Duration kGatePatience = absl::Seconds(15);

}  // namespace

Account::Account(Context& context,
                 const config::Config& config,
                 const config::Destination& destination,
                 const delivery::Connector& connector)
    : context_(context),
      connector_(connector),
      send_(delivery::SendOptionsFor(destination)),
      redis_(context.loop, context.timers, config.redis),
      cache_(config.delivery.token_key.empty()
                 ? nullptr
                 : std::make_unique<delivery::TokenCache>(
                       context.timers, redis_, destination.name, config.delivery.token_key)),
      credentials_(context.timers, context.http, connector, send_, cache_.get()),
      gate_(std::make_unique<delivery::Gate>(
          context.timers, redis_, delivery::GateOptionsFor(destination, connector))) {}

Account::~Account() = default;

coro::Task<absl::Status> Account::Connect() {
  redis_.Start();
  started_ = true;
  return redis_.WaitConnected(kConnectPatience, context_.stop);
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

coro::Task<absl::StatusOr<http::SendResult>> Account::Ask(http::Request request,
                                                          std::string_view scope,
                                                          delivery::Credential credential) {
  absl::StatusOr<delivery::Permit> permit = absl::CancelledError("");
  delivery::Waiting waiting;
  {
    coro::Deadline deadline(context_.timers, context_.stop, kGatePatience);
    gate_->OnChange([this, &waiting] {
      if (gate_->waiting().reason != delivery::Waiting::Reason::kNone) waiting = gate_->waiting();
    });
    permit = co_await gate_->Enter(scope, 1, deadline.token());
    gate_->OnChange(nullptr);
  }
  if (!permit.ok()) {
    co_return absl::UnavailableError(absl::StrCat("nothing may be sent to it now: ",
                                                  std::string(Name(waiting.reason)),
                                                  waiting.detail.empty() ? "" : ", ",
                                                  waiting.detail));
  }
  http::SendResult sent = co_await Send(std::move(request), std::move(credential));
  const auto* answer = std::get_if<http::Response>(&sent);
  if (answer == nullptr || answer->status >= 500) {
    co_await gate_->ReportStrain(*permit);
  } else if (answer->status == 429) {
    const std::optional<absl::Duration> asked =
        delivery::RetryAfter(*answer, context_.timers.clock().Now());
    co_await gate_->ReportThrottled(*permit, asked.value_or(delivery::kThrottlePause));
  } else {
    co_await gate_->ReportSuccess(*permit);
  }
  co_return sent;
}

coro::Task<void> Account::Close() {
  gate_.reset();
  if (started_) co_await redis_.Close();
}

}  // namespace leadrelay::leadctl
