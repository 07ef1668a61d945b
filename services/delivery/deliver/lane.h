#pragma once
// Lane: the loop of one destination in one process: wait, gate, claim, converse, judge, settle.
//
// Each destination has a lane of its own, with its own inbox, concurrency, connections, gate and
// credentials, so that one that is slow or down costs the others nothing, not even where two of
// them are on the same host.  The permission to send is taken first and the batch is cut when it is
// there: while a destination makes us wait, batches fill up.
//
// What is in hand for kMaxHold without getting out goes through a delay queue, uncounted: the
// broker closes consumers that sit on a message for longer.  Loop thread only.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/coro/mailbox.h"
#include "common/coro/scope.h"
#include "common/coro/semaphore.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/sender.h"
#include "common/observe/health.h"
#include "services/delivery/authorise/credentials.h"
#include "services/delivery/claim/claims.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/consume/item.h"
#include "services/delivery/consume/settlement.h"
#include "services/delivery/deliver/batch_sizes.h"
#include "services/delivery/deliver/conversation.h"
#include "services/delivery/deliver/lane_metrics.h"
#include "services/delivery/throttle/gate.h"

namespace leadrelay::delivery {

// Shared by all lanes of a process.
struct LaneServices {
  coro::Timers& timers;
  redis::Commands& redis;
  Claims& claims;
  Settlement& settlement;
  observe::Metrics& metrics;
  observe::Health& health;
  std::string token_key;           // Tokens are shared with it; empty: each process has its own.
  std::function<double()> chance;  // A random number in [0, 1).
};

class Lane {
 public:
  // `http`: of this destination alone; closed when Run() ends.
  Lane(LaneServices services,
       const config::Destination& destination,
       std::unique_ptr<const Connector> connector,
       std::unique_ptr<http::Sender> http);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // A message has come in.  One that is not due yet is held or sent back to a delay queue.
  void Arrive(Item item);

  // Works until `taking` fires, then finishes what it has begun; `sending` cuts that short.
  coro::Task<void> Run(std::stop_token taking, std::stop_token sending);

  const std::string& name() const { return destination_.name; }
  const Gate& gate() const { return gate_; }
  size_t in_hand() const { return in_hand_; }
  absl::Duration last_arrival() const { return last_arrival_; }

 private:
  struct Work;  // A job with the message and the claim that belong to it.

  coro::Task<void> HoldUntilDue(Item item);
  coro::Task<void> SendToDelay(Item item, lead::DeliveryState state);
  coro::Task<void> WarmGate(std::stop_token taking);
  void RecycleOverdue();
  std::vector<Item> TakeBatch();
  coro::Task<void> Deliver(std::vector<Item> items, Permit permit, coro::Semaphore::Permit place);
  coro::Task<std::vector<Work>> ClaimAll(std::vector<Item> items);
  coro::Task<void> SettleAll(std::vector<Work> works, bool probe);
  coro::Task<void> WriteClaims(std::vector<FinishedClaim> finished,
                               std::vector<Claim> released,
                               std::vector<ClaimInDoubt> in_doubt);
  coro::Task<void> SettleOne(Work work, bool probe);
  coro::Task<void> SettleWithout(Item item, lead::OutcomeEvent event);
  void Settled(bool acknowledged);
  absl::Duration ClaimLease() const;
  WantedClaim WantedFor(const Item& item) const;

  LaneServices services_;
  const config::Destination& destination_;
  std::unique_ptr<const Connector> connector_;
  const BatchSizes sizes_;
  std::unique_ptr<http::Sender> http_;
  Gate gate_;
  std::unique_ptr<TokenCache> token_cache_;  // Null: see LaneServices::token_key.
  Credentials credentials_;
  LaneMetrics metrics_;
  observe::Health::Progress& progress_;
  coro::Mailbox<Item> inbox_;
  coro::Semaphore places_;
  coro::Scope scope_;
  std::stop_token sending_;
  size_t in_hand_ = 0;
  absl::Duration last_arrival_;
};

}  // namespace leadrelay::delivery
