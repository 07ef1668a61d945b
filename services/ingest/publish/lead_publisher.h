#pragma once
// LeadPublisher: hands messages to the broker and says whether they are safe there.
//
// Fails fast: while the broker cannot be reached or has blocked us, nothing is queued here.
// Loop thread only.

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/amqp/publisher.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/metrics.h"

namespace leadrelay::ingest {

class LeadPublisher {
 public:
  LeadPublisher(coro::Timers& timers, amqp::Publisher& publisher, observe::Metrics& metrics);

  // What keeps the broker from taking anything, in words; nothing when it is well.
  std::optional<std::string> Trouble() const;

  // Ok: stored in every queue that the message names.  Anything else: it may or may not be stored,
  // in some of them or all; publishing it again with the same id is right.
  coro::Task<absl::Status> Publish(amqp::Message message,
                                   absl::Duration timeout,
                                   std::stop_token stop);

 private:
  void Failed(const absl::Status& why, const std::string& message_id);

  coro::Timers& timers_;
  amqp::Publisher& publisher_;
  observe::Metrics& metrics_;
  observe::Histogram confirmed_after_;
  std::map<std::string, observe::Counter> failures_;  // By reason.
};

}  // namespace leadrelay::ingest
