#pragma once
// Account: one destination's account at its CRM, as leadctl speaks to it: with the tokens and the
// rate windows that the delivery processes share through Redis.  Loop thread only; Close() before
// it is destroyed.

#include <memory>

#include "absl/status/statusor.h"

#include "common/config/config.h"
#include "common/redis/redis.h"
#include "services/delivery/authorise/credentials.h"
#include "services/delivery/throttle/gate.h"
#include "tools/leadctl/context.h"

namespace leadrelay::leadctl {

class Account {
 public:
  // `config`, `destination` and `connector` outlive it.
  Account(Context& context,
          const config::Config& config,
          const config::Destination& destination,
          const delivery::Connector& connector);
  ~Account();

  // Redis has to be there for Ask(), and for tokens that are shared.
  coro::Task<absl::Status> Connect();
  coro::Task<absl::StatusOr<delivery::Credential>> Authorise();

  // Sends it as it is, with the credential: for `leadctl test`, which has to work while a
  // destination is paused.
  coro::Task<http::SendResult> Send(http::Request request, delivery::Credential credential);
  // The same through the rate windows.  Unavailable: nothing may be sent now, and why.
  coro::Task<absl::StatusOr<http::SendResult>> Ask(http::Request request,
                                                   std::string_view scope,
                                                   delivery::Credential credential);
  coro::Task<void> Close();

 private:
  Context& context_;
  const delivery::Connector& connector_;
  http::SendOptions send_;
  redis::Client redis_;
  std::unique_ptr<delivery::TokenCache> cache_;  // Null: tokens are not shared.
  delivery::Credentials credentials_;
  std::unique_ptr<delivery::Gate> gate_;
  bool started_ = false;
};

}  // namespace leadrelay::leadctl
