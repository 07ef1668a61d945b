#pragma once
// TokenCache: the token of one destination, shared by all replicas through Redis, so that they
// refresh it once between them.  CRMs whose refresh tokens change with every use (Close, Airtable)
// would lock out every replica but one otherwise.
//
//   lr:token:{<destination>}        the sealed TokenRecord
//   lr:token:{<destination>}:lock   who is refreshing; ends by itself
//   lr:token:{<destination>}:news   channel: "there is another one", or "the lock is free"
//
// A record that Redis answered "OK" to is in its append-only file: it survives a kill of Redis, and
// a power cut one second later (appendfsync everysec).  Loop thread only; no call may be under way
// when it is destroyed.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/redis/commands.h"
#include "services/delivery/authorise/token_record.h"

namespace leadrelay::delivery {

class TokenCache {
 public:
  // `key`: config::Delivery::token_key.
  TokenCache(coro::Timers& timers,
             redis::Commands& redis,
             std::string destination,
             std::string key);

  // Nothing when there is none that this key opens.  Errors are those of
  // redis::Commands::Command().
  coro::Task<absl::StatusOr<std::optional<TokenRecord>>> Read(std::stop_token stop);
  // Tells the others.  Not to be stopped: a refresh token that is lost is lost for good.
  coro::Task<absl::Status> Write(TokenRecord record);

  // True: ours for `life`, until Unlock().
  coro::Task<absl::StatusOr<bool>> Lock(absl::Duration life, std::stop_token stop);
  coro::Task<void> Unlock();

  // Until the others tell something, or a second has passed (news can be lost).  Cancelled.
  coro::Task<absl::Status> AwaitNews(std::stop_token stop);

 private:
  redis::Commands& redis_;
  const std::string destination_;
  const std::string key_;
  const std::string owner_;
  coro::Signal news_;
  std::unique_ptr<redis::Subscription> subscription_;
};

}  // namespace leadrelay::delivery
