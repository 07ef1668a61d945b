#pragma once
// Runner: publishes the items of the replays that the ledger holds.
//
// Each replay goes at its own rate, all of them together at the configured one.  An item is marked
// in the ledger before it is published and again after the broker has confirmed it, so a crash in
// the middle loses none; one that may have gone out is published again, and is the same delivery to
// everything downstream.  While the broker is away the replays wait.  A pause or a cancellation is
// felt within one group (0.1 s, or one item where the rate is lower).  Loop thread only.

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "common/amqp/outlet.h"
#include "common/coro/scope.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/metrics.h"
#include "services/dlq/ledger/ledger.h"
#include "services/dlq/replay/pacer.h"

namespace leadrelay::dlq {

class Runner {
 public:
  // `destinations`: those that can be replayed to.
  Runner(coro::Timers& timers,
         Ledger& ledger,
         amqp::Outlet& outlet,
         observe::Metrics& metrics,
         std::set<std::string> destinations,
         double per_second);

  // Takes up every replay that has something to send: at the start, and whenever an operator has
  // created or resumed one.
  void Wake();

  // Finishes the groups at hand.
  coro::Task<void> Stop();

  int running() const { return static_cast<int>(active_.size()); }

 private:
  struct Group;
  coro::Task<void> TakeUp(std::stop_token stop);
  coro::Task<void> Run(Outbox::Unfinished replay, std::stop_token stop);
  coro::Task<void> Replay(Outbox::Unfinished replay, std::stop_token stop);
  coro::Task<absl::Status> WaitForTurn(Pacer& pacer, int count, std::stop_token stop);
  coro::Task<absl::StatusOr<std::vector<OutboxItem>>> Advance(int64_t replay,
                                                              std::vector<SettledItem>& settled,
                                                              int limit);
  coro::Task<void> Publish(Group& group, std::stop_token stop);
  coro::Task<void> PublishOne(Group& group, size_t index, std::stop_token stop);

  coro::Timers& timers_;
  Ledger& ledger_;
  amqp::Outlet& outlet_;
  std::set<std::string> destinations_;
  Pacer all_;
  coro::Scope scope_;
  std::set<int64_t> active_;
  int64_t wakes_ = 0;
  observe::Counter published_;
  observe::Counter failed_;
  observe::Gauge running_;
};

}  // namespace leadrelay::dlq
