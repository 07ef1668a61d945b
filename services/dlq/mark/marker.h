#pragma once
// Marker: publishes the marks that the ledger holds (ledger/marks.h).
//
// A mark is settled in the ledger after the broker has confirmed its message; one that may have
// gone out is published again, and is the same delivery to everything downstream.  None is ever
// given up: while the broker or the ledger is away they wait, and /readyz says so.  Those that come
// within a twentieth of a second share a transaction.  Loop thread only.

#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"

#include "common/amqp/outlet.h"
#include "common/coro/scope.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "services/dlq/ledger/ledger.h"

namespace leadrelay::dlq {

class Marker {
 public:
  Marker(coro::Timers& timers,
         Ledger& ledger,
         amqp::Outlet& outlet,
         observe::Metrics& metrics,
         observe::Health& health);

  // Publishes until none waits: at the start, and whenever the ledger has more.
  void Wake();

  // Settles what is under way.
  coro::Task<void> Stop();

 private:
  struct Group;
  coro::Task<void> Run(std::stop_token stop);
  coro::Task<void> PublishWaiting(std::stop_token stop);
  coro::Task<absl::StatusOr<std::vector<DueMark>>> Advance(std::vector<DueMark>& confirmed,
                                                           int limit);
  coro::Task<void> Publish(Group& group, std::stop_token stop);
  coro::Task<void> PublishOne(Group& group, size_t index, std::stop_token stop);

  coro::Timers& timers_;
  Ledger& ledger_;
  amqp::Outlet& outlet_;
  coro::Scope scope_;
  observe::Health::Progress& progress_;
  bool running_ = false;
  bool woken_ = false;  // Since the ledger was last asked.
  observe::Gauge waiting_;
  observe::Counter published_;
};

}  // namespace leadrelay::dlq
