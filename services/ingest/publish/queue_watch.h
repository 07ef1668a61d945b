#pragma once
// QueueWatch: sees to it that the queues that leads are published to exist.
//
// One publish names all its queues, and the broker ignores a name that nothing is bound to: a queue
// that somebody deletes would lose its deliveries without a sign.  The topology is declared at
// every connection; between connections, this asks every kInterval, and declares everything again
// when a queue is missing.  What was accepted in between is in the ledger, and missing in its
// books. Loop thread only.

#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"

namespace leadrelay::ingest {

class QueueWatch {
 public:
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  // What it works with; all outlive it.
  struct Parts {
    coro::Loop& loop;
    coro::Timers& timers;
    amqp::Consumer& consumer;  // Whose connection asks.
    observe::Metrics& metrics;
    observe::Health& health;
  };
  // `queues` are watched; `publisher` is how to connect and what to declare.
  QueueWatch(Parts parts, std::vector<std::string> queues, amqp::PublisherOptions publisher);

  coro::Task<void> Run(std::stop_token stop);

 private:
  coro::Task<std::vector<std::string>> FindMissing();
  coro::Task<absl::Status> DeclareAgain(std::stop_token stop);

  Parts parts_;
  std::vector<std::string> queues_;
  amqp::PublisherOptions publisher_;
  std::vector<std::string> missing_;
  observe::Counter found_missing_;
};

}  // namespace leadrelay::ingest
