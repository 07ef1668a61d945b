#pragma once
// Process: a delivery process between its connections: a lane for each destination, what the lanes
// share, and how all of it comes to an end.  Loop thread only.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/amqp/inlet.h"
#include "common/amqp/outlet.h"
#include "common/config/config.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/sender.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "common/redis/commands.h"
#include "services/delivery/claim/claims.h"
#include "services/delivery/consume/intake.h"
#include "services/delivery/consume/outcome_stream.h"
#include "services/delivery/consume/settlement.h"
#include "services/delivery/deliver/destinations.h"
#include "services/delivery/deliver/lane.h"

namespace leadrelay::delivery {

// The way to the rest of the world; all of it outlives the process.
struct ProcessPorts {
  coro::Timers& timers;
  redis::Commands& redis;
  amqp::Outlet& outlet;
  amqp::Inlet& inlet;  // Of what Receive() gets.
  std::function<std::unique_ptr<http::Sender>(const config::Destination& destination,
                                              const Connector& connector)>
      open_http;
  std::function<double()> chance;  // A random number in [0, 1).
  observe::Metrics& metrics;
  observe::Health& health;
};

class Process {
 public:
  // `owner`: see Claims.  `served`: with a connector each.
  Process(ProcessPorts ports,
          const config::Delivery& settings,
          std::string owner,
          std::vector<ConfiguredDestination> served);

  void Receive(amqp::Delivery delivery) { intake_.Receive(std::move(delivery)); }

  // Works until `stop` fires; then takes nothing new, finishes what it has begun, and returns
  // within settings.grace: requests that are still under way shortly before are cut.
  coro::Task<void> Run(std::stop_token stop);

  const std::vector<Lane*>& lanes() const { return lanes_; }

 private:
  coro::Task<void> WarmClaims(std::stop_token stop);

  ProcessPorts ports_;
  const absl::Duration grace_;
  Claims claims_;
  OutcomeStream outcomes_;
  Settlement settlement_;
  std::vector<std::unique_ptr<Lane>> owned_lanes_;
  std::vector<Lane*> lanes_;
  Intake intake_;
};

}  // namespace leadrelay::delivery
