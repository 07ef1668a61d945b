#pragma once
// Standstill: notices a queue that ages while its consumer claims to be well.
//
// Every kInterval it asks the broker for the depth of each queue whose lane has nothing in hand and
// has heard nothing lately: messages that are ready there ought to be here.  Two such findings in a
// row turn /readyz red.  A busy lane costs nothing.  Loop thread only.

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "common/amqp/inlet.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "services/delivery/deliver/lane.h"

namespace leadrelay::delivery {

class Standstill {
 public:
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  Standstill(coro::Timers& timers,
             amqp::Inlet& inlet,
             std::vector<Lane*> lanes,
             observe::Health& health);

  coro::Task<void> Run(std::stop_token stop);

 private:
  coro::Timers& timers_;
  amqp::Inlet& inlet_;
  std::vector<Lane*> lanes_;
  std::map<std::string, int> findings_;  // By destination.
};

}  // namespace leadrelay::delivery
