#pragma once
// Standstill: notices leads that wait in leads.inbound while we claim to consume it.
//
// While nothing is in hand and nothing has arrived for a while, it asks the broker how many
// messages are ready; messages in two such answers in a row turn /readyz red.  Loop thread only.

#include <stop_token>

#include "absl/time/time.h"

#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "services/ingest/receive/inbound.h"

namespace leadrelay::ingest {

class Standstill {
 public:
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  // All outlive it.
  Standstill(coro::Timers& timers, Inbound& inbound, observe::Health& health);

  coro::Task<void> Run(std::stop_token stop);

 private:
  coro::Timers& timers_;
  Inbound& inbound_;
  int findings_ = 0;
};

}  // namespace leadrelay::ingest
