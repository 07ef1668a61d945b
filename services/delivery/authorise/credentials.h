#pragma once
// Credentials: the token that one destination is called with.
//
// Static ones come from the configuration.  Tokens that are fetched (OAuth refresh, JWT bearer) are
// fetched here: ahead of their expiry, and once when the CRM says that they have expired.  However
// many calls ask at the same time, one fetch is under way in this process; with a cache, one in all
// replicas together, and a refresh token that came back is stored before the access token is used.
// Loop thread only.

#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/semaphore.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/sender.h"
#include "services/delivery/authorise/token_cache.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

class Credentials {
 public:
  // Without a cache, tokens live in this process alone.
  Credentials(coro::Timers& timers,
              http::Sender& http,
              const Connector& connector,
              http::SendOptions options,
              TokenCache* cache = nullptr);

  // The credential to use now.  Errors: Unauthenticated (the refresh was refused: the operator must
  // act), Unavailable (the token endpoint, or Redis with the shared one, could not be reached),
  // Cancelled.
  coro::Task<absl::StatusOr<Credential>> Current(std::stop_token stop);

  // The CRM refused `used`.  Gets another one, unless that has happened already.  The same errors,
  // and Unauthenticated for a static credential: there is no other one.
  coro::Task<absl::StatusOr<Credential>> Replace(Credential used, std::stop_token stop);

 private:
  coro::Task<absl::Status> Obtain(std::string refused, std::stop_token stop);
  coro::Task<absl::Status> ObtainShared(std::string refused, std::stop_token stop);
  coro::Task<absl::Status> FetchAndShare(std::string refused, std::stop_token stop);
  coro::Task<absl::Status> Fetch(std::stop_token stop);
  // True when the record has a token that is fresh and not the refused one.
  bool Adopt(const std::optional<TokenRecord>& record, const std::string& refused);
  bool Fresh() const;

  coro::Timers& timers_;
  http::Sender& http_;
  const Connector& connector_;
  http::SendOptions options_;
  TokenCache* cache_;
  coro::Semaphore obtaining_;
  bool static_;
  Credential credential_;
  std::string refresh_token_;
  absl::Time expires_at_;       // For those who share it.
  absl::Duration fresh_until_;  // By the monotonic clock, with a margin taken off.
};

}  // namespace leadrelay::delivery
