#include "services/delivery/deliver/credentials.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {
namespace {

// A token is replaced this long before it expires, so that none expires on its way.
constexpr absl::Duration kExpiryMargin = absl::Seconds(60);

}  // namespace

Credentials::Credentials(coro::Timers& timers,
                         http::Client& http,
                         const Connector& connector,
                         http::SendOptions options)
    : timers_(timers),
      http_(http),
      connector_(connector),
      options_(options),
      refreshing_(timers, 1),
      static_(!connector.TokenRequest(connector.InitialRefreshToken(), timers.clock().Now())
                   .has_value()),
      credential_(connector.StaticCredential()),
      refresh_token_(connector.InitialRefreshToken()),
      expires_at_(absl::ZeroDuration()) {}

bool Credentials::Fresh() const {
  return static_ || (!credential_.token.empty() && timers_.clock().Monotonic() < expires_at_);
}

coro::Task<absl::StatusOr<Credential>> Credentials::Current(std::stop_token stop) {
  if (Fresh()) co_return credential_;
  absl::StatusOr<coro::Semaphore::Permit> turn =
      co_await refreshing_.Acquire(absl::InfiniteDuration(), stop);
  if (!turn.ok()) co_return turn.status();
  if (!Fresh()) {
    absl::Status refreshed = co_await Refresh(stop);
    if (!refreshed.ok()) co_return refreshed;
  }
  co_return credential_;
}

coro::Task<absl::StatusOr<Credential>> Credentials::Replace(Credential used, std::stop_token stop) {
  if (static_) co_return absl::UnauthenticatedError("the credential was refused");
  absl::StatusOr<coro::Semaphore::Permit> turn =
      co_await refreshing_.Acquire(absl::InfiniteDuration(), stop);
  if (!turn.ok()) co_return turn.status();
  if (credential_.token == used.token) {  // Otherwise somebody else has replaced it meanwhile.
    absl::Status refreshed = co_await Refresh(stop);
    if (!refreshed.ok()) co_return refreshed;
  }
  co_return credential_;
}

coro::Task<absl::Status> Credentials::Refresh(std::stop_token stop) {
  std::optional<http::Request> request =
      connector_.TokenRequest(refresh_token_, timers_.clock().Now());
  if (!request.has_value()) co_return absl::UnauthenticatedError("the credential was refused");
  http::SendResult result = co_await http_.Send(std::move(*request), options_, stop);
  if (const auto* failure = std::get_if<http::TransportFailure>(&result)) {
    if (failure->kind == http::TransportFailure::Kind::kCancelled) {
      co_return absl::CancelledError("stopped while refreshing the token");
    }
    co_return absl::UnavailableError(
        absl::StrCat("the token endpoint could not be reached: ", failure->reason));
  }
  absl::StatusOr<RefreshedToken> token = connector_.ParseToken(std::get<http::Response>(result));
  if (!token.ok()) co_return token.status();
  credential_ = {std::move(token->access_token), std::move(token->base_url)};
  if (!token->refresh_token.empty()) refresh_token_ = std::move(token->refresh_token);
  absl::Duration life = std::max(token->expires_in - kExpiryMargin, token->expires_in / 2);
  expires_at_ = timers_.clock().Monotonic() + life;
  co_return absl::OkStatus();
}

}  // namespace leadrelay::delivery
