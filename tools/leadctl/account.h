#pragma once
// Account: one destination's account at its CRM, as leadctl speaks to it: with the tokens and the
// rate windows that the delivery processes share through Redis.  Loop thread only; Close() before
// it is destroyed.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/redis/redis.h"
#include "services/delivery/authorise/credentials.h"
#include "services/delivery/deliver/conversation.h"
#include "services/delivery/deliver/destinations.h"
#include "services/delivery/throttle/gate.h"
#include "tools/leadctl/context.h"

namespace leadrelay::leadctl {

class Account {
 public:
  // `config` and `entry` outlive it.
  Account(Context& context,
          const config::Config& config,
          const delivery::ConfiguredDestination& entry);
  ~Account();

  // Waits for Redis, which keeps the rate windows and the tokens that are shared.  When it is not
  // there, Ask() and Deliver() say so, and the rest works as far as it can.
  coro::Task<void> Connect();
  coro::Task<absl::StatusOr<delivery::Credential>> Authorise();

  // Sends it as it is, with the credential: for `leadctl test`, which has to work while a
  // destination is paused.
  coro::Task<http::SendResult> Send(http::Request request, delivery::Credential credential);
  // Through the rate windows; asks again when the CRM says that it was too fast.  Unavailable:
  // nothing may be sent now, and why.
  coro::Task<absl::StatusOr<std::vector<delivery::Found>>> Ask(delivery::Question question,
                                                               http::Request request);
  // A delivery as the delivery processes make it, down to what they are told of the answers: every
  // job of `batch` has an outcome then.  Unavailable: nothing was sent, and why.
  coro::Task<absl::Status> Deliver(delivery::Batch& batch);
  coro::Task<void> Close();

 private:
  delivery::Line OwnLine();
  coro::Task<absl::Status> RefuseStandstill();
  coro::Task<absl::StatusOr<delivery::Permit>> Enter(std::string_view scope,
                                                     absl::Duration patience);
  coro::Task<absl::StatusOr<http::Response>> Exchange(std::string_view scope,
                                                      http::Request request,
                                                      absl::Duration patience);
  coro::Task<void> ReportAnswer(delivery::Permit permit, const http::SendResult& sent);

  Context& context_;
  const std::string& destination_;
  const delivery::Connector& connector_;
  http::SendOptions send_;
  redis::Client redis_;
  absl::Status connected_ = absl::UnavailableError("it was not asked for");
  std::unique_ptr<delivery::TokenCache> cache_;  // Null: tokens are not shared.
  delivery::Credentials credentials_;
  std::unique_ptr<delivery::Gate> gate_;
  bool started_ = false;
};

}  // namespace leadrelay::leadctl
