#include "services/delivery/authorise/credentials.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {
namespace {

// A token is replaced this long before it expires, so that none expires on its way.
constexpr absl::Duration kExpiryMargin = absl::Seconds(60);
// A lock outlasts the request that it guards by this much.
constexpr absl::Duration kLockMargin = absl::Seconds(15);

// How long a token that has `left` to live is used.
absl::Duration UsableFor(absl::Duration left) {
  return std::max(left - kExpiryMargin, left / 2);
}

}  // namespace

Credentials::Credentials(coro::Timers& timers,
                         http::Sender& http,
                         const Connector& connector,
                         http::SendOptions options,
                         TokenCache* cache)
    : timers_(timers),
      http_(http),
      connector_(connector),
      options_(std::move(options)),
      cache_(cache),
      obtaining_(timers, 1),
      static_(!connector.TokenRequest(connector.InitialRefreshToken(), timers.clock().Now())
                   .has_value()),
      credential_(connector.StaticCredential()),
      refresh_token_(connector.InitialRefreshToken()),
      fresh_until_(absl::ZeroDuration()) {}

bool Credentials::Fresh() const {
  return static_ || (!credential_.token.empty() && timers_.clock().Monotonic() < fresh_until_);
}

coro::Task<absl::StatusOr<Credential>> Credentials::Current(std::stop_token stop) {
  if (Fresh()) co_return credential_;
  absl::StatusOr<coro::Semaphore::Permit> turn =
      co_await obtaining_.Acquire(absl::InfiniteDuration(), stop);
  if (!turn.ok()) co_return turn.status();
  if (!Fresh()) {
    absl::Status obtained = co_await Obtain("", stop);
    if (!obtained.ok()) co_return obtained;
  }
  co_return credential_;
}

coro::Task<absl::StatusOr<Credential>> Credentials::Replace(Credential used, std::stop_token stop) {
  if (static_) co_return absl::UnauthenticatedError("the credential was refused");
  absl::StatusOr<coro::Semaphore::Permit> turn =
      co_await obtaining_.Acquire(absl::InfiniteDuration(), stop);
  if (!turn.ok()) co_return turn.status();
  if (credential_.token == used.token) {  // Otherwise somebody else has replaced it meanwhile.
    absl::Status obtained = co_await Obtain(used.token, stop);
    if (!obtained.ok()) co_return obtained;
  }
  co_return credential_;
}

coro::Task<absl::Status> Credentials::Obtain(std::string refused, std::stop_token stop) {
  return cache_ == nullptr ? Fetch(std::move(stop))
                           : ObtainShared(std::move(refused), std::move(stop));
}

coro::Task<absl::Status> Credentials::ObtainShared(std::string refused, std::stop_token stop) {
  for (;;) {
    absl::StatusOr<std::optional<TokenRecord>> record = co_await cache_->Read(stop);
    if (!record.ok()) co_return record.status();
    if (Adopt(*record, refused)) co_return absl::OkStatus();
    absl::StatusOr<bool> locked = co_await cache_->Lock(options_.timeout + kLockMargin, stop);
    if (!locked.ok()) co_return locked.status();
    if (*locked) break;
    absl::Status woken = co_await cache_->AwaitNews(stop);
    if (!woken.ok()) co_return woken;
  }
  absl::Status fetched = co_await FetchAndShare(std::move(refused), std::move(stop));
  co_await cache_->Unlock();
  co_return fetched;
}

coro::Task<absl::Status> Credentials::FetchAndShare(std::string refused, std::stop_token stop) {
  // Between the last look and the lock another may have fetched one.
  absl::StatusOr<std::optional<TokenRecord>> record = co_await cache_->Read(stop);
  if (!record.ok()) co_return record.status();
  if (Adopt(*record, refused)) co_return absl::OkStatus();
  absl::Status fetched = co_await Fetch(std::move(stop));
  if (!fetched.ok()) co_return fetched;
  TokenRecord fresh;
  fresh.access_token = credential_.token;
  fresh.refresh_token = refresh_token_;
  fresh.base_url = credential_.base_url;
  fresh.expires_at = expires_at_;
  fresh.origin = OriginOf(connector_.InitialRefreshToken());
  co_return co_await cache_->Write(std::move(fresh));
}

bool Credentials::Adopt(const std::optional<TokenRecord>& record, const std::string& refused) {
  if (!record.has_value() || record->origin != OriginOf(connector_.InitialRefreshToken())) {
    return false;
  }
  // Also of a token that is of no use any more: its refresh token is the one that counts.
  refresh_token_ = record->refresh_token;
  const absl::Duration left = record->expires_at - timers_.clock().Now();
  if (record->access_token == refused || left <= kExpiryMargin) return false;
  credential_ = {record->access_token, record->base_url};
  fresh_until_ = timers_.clock().Monotonic() + UsableFor(left);
  return true;
}

coro::Task<absl::Status> Credentials::Fetch(std::stop_token stop) {
  std::optional<http::Request> request =
      connector_.TokenRequest(refresh_token_, timers_.clock().Now());
  if (!request.has_value()) co_return absl::UnauthenticatedError("the credential was refused");
  http::SendResult result = co_await http_.Send(std::move(*request), options_, stop);
  if (const auto* failure = std::get_if<http::TransportFailure>(&result)) {
    if (failure->kind == http::TransportFailure::Kind::kCancelled) {
      co_return absl::CancelledError("stopped while fetching the token");
    }
    co_return absl::UnavailableError(
        absl::StrCat("the token endpoint could not be reached: ", failure->reason));
  }
  absl::StatusOr<RefreshedToken> token = connector_.ParseToken(std::get<http::Response>(result));
  if (!token.ok()) co_return token.status();
  credential_ = {std::move(token->access_token), std::move(token->base_url)};
  if (!token->refresh_token.empty()) refresh_token_ = std::move(token->refresh_token);
  expires_at_ = timers_.clock().Now() + token->expires_in;
  fresh_until_ = timers_.clock().Monotonic() + UsableFor(token->expires_in);
  co_return absl::OkStatus();
}

}  // namespace leadrelay::delivery
