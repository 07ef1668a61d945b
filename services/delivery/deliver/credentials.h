#pragma once
// Credentials: the token that one destination is called with.
//
// Static ones come from the configuration.  OAuth access tokens are refreshed here: ahead of their
// expiry, and once when the CRM says that they have expired; however many calls ask at the same
// time, one refresh is under way (single flight).  Tokens live in memory only.  Loop thread only.

#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/semaphore.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/client.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

class Credentials {
 public:
  Credentials(coro::Timers& timers,
              http::Client& http,
              const Connector& connector,
              http::SendOptions options);

  // The credential to use now.  Errors: Unauthenticated (the refresh was refused: the operator must
  // act), Unavailable (the token endpoint could not be reached), Cancelled.
  coro::Task<absl::StatusOr<Credential>> Current(std::stop_token stop);

  // The CRM refused `used`.  Gets another one, unless that has happened already.  The same errors,
  // and Unauthenticated for a static credential: there is no other one.
  coro::Task<absl::StatusOr<Credential>> Replace(Credential used, std::stop_token stop);

 private:
  coro::Task<absl::Status> Refresh(std::stop_token stop);
  bool Fresh() const;

  coro::Timers& timers_;
  http::Client& http_;
  const Connector& connector_;
  http::SendOptions options_;
  coro::Semaphore refreshing_;
  bool static_;
  Credential credential_;
  std::string refresh_token_;
  absl::Duration expires_at_;  // By the monotonic clock, with a margin taken off.
};

}  // namespace leadrelay::delivery
