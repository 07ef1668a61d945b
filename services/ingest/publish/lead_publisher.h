#pragma once
// LeadPublisher: hands messages to the broker and says whether they are safe there.
//
// A lead goes out in two messages beside each other: its own, which names all its destinations, and
// one for the ledger, which it shares with the leads that come at the same time: each message costs
// the broker as much as a lead does.  It is safe when both are confirmed.
// Fails fast: while the broker cannot be reached or has blocked us, nothing is queued here.
// Loop thread only.

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/amqp/publisher.h"
#include "common/coro/gatherer.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/metrics.h"

namespace leadrelay::ingest {

class LeadPublisher {
 public:
  // `timeout`: after it nobody waits for a confirm any more.
  LeadPublisher(coro::Timers& timers,
                amqp::Publisher& publisher,
                observe::Metrics& metrics,
                absl::Duration timeout);

  // What keeps the broker from taking anything, in words; nothing when it is well.
  std::optional<std::string> Trouble() const;

  // Whether the log is told of each message that the broker refuses: not by who tries them again
  // and again, and tells of them together.
  enum class Refusals { kTold, kCounted };
  // Ok: stored in every queue that the message names.  Anything else: it may or may not be stored,
  // in some of them or all; publishing it again with the same id is right.
  coro::Task<absl::Status> Publish(amqp::Message message,
                                   absl::Duration timeout,
                                   std::stop_token stop,
                                   Refusals refusals = Refusals::kTold);

  // Waits for what is under way.  Before the end, when nobody publishes any more.
  coro::Task<void> Close();

 private:
  coro::Task<absl::Status> PublishLead(amqp::Message message,
                                       absl::Duration timeout,
                                       std::stop_token stop);
  coro::Task<std::vector<absl::Status>> TellLedger(std::vector<std::string> bodies);
  void Count(const absl::Status& failure);

  coro::Timers& timers_;
  amqp::Publisher& publisher_;
  const absl::Duration timeout_;
  coro::Gatherer<std::string, absl::Status> ledger_;  // Bodies of leads.
  observe::Metrics& metrics_;
  observe::Histogram confirmed_after_;
  std::map<std::string, observe::Counter> failures_;  // By reason.
};

}  // namespace leadrelay::ingest
