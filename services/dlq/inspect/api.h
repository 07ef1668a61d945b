#pragma once
// Api: the operators' HTTP interface over the ledger, the replays and the destinations' gates.
// Checks who asks (access.h), reads what is asked for (command.h), does it, and answers JSON
// (render.h) or a problem (problem.h).  Loop thread only.

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "common/amqp/inlet.h"
#include "common/config/config.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/server.h"
#include "common/redis/redis.h"
#include "services/dlq/inspect/command.h"
#include "services/dlq/inspect/render.h"
#include "services/dlq/ledger/ledger.h"
#include "services/dlq/replay/runner.h"

namespace leadrelay::dlq {

class Api {
 public:
  Api(coro::Timers& timers,
      const config::Config& config,
      Ledger& ledger,
      amqp::Inlet& inlet,
      Runner& runner,
      redis::Client& redis);

  coro::Task<http::Response> Handle(http::ServerRequest request, std::stop_token stop);

 private:
  using Answer = coro::Task<http::Response>;
  Answer Do(ShowLead command, std::stop_token stop);
  Answer Do(ListDeadLetters command, std::stop_token stop);
  Answer Do(GroupDeadLetters command, std::stop_token stop);
  Answer Do(ShowDeadLetter command, std::stop_token stop);
  Answer Do(Discard command, std::stop_token stop);
  Answer Do(StartReplay command, std::stop_token stop);
  Answer Do(ListReplays command, std::stop_token stop);
  Answer Do(ShowReplay command, std::stop_token stop);
  Answer Do(ControlReplay command, std::stop_token stop);
  Answer Do(ShowBooks command, std::stop_token stop);
  Answer Do(ListDestinations command, std::stop_token stop);
  Answer Do(ControlDestination command, std::stop_token stop);

  Answer Plan(StartReplay command, double per_second, std::stop_token stop);
  Answer Start(StartReplay command, double per_second, std::stop_token stop);
  Answer AnswerReplay(std::string replay_id, int status, std::stop_token stop);
  std::vector<DestinationView> KnownDestinations() const;

  coro::Timers& timers_;
  const config::Config& config_;
  std::set<std::string> configured_;
  Ledger& ledger_;
  amqp::Inlet& inlet_;  // Whose connection asks for the queues' depths.
  Runner& runner_;
  redis::Client& redis_;
};

}  // namespace leadrelay::dlq
