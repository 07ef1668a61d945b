#pragma once
// OutcomeStream: tells the ledger what became of deliveries, many events to a message.
//
// An event leaves at once when nothing is under way; what comes while a message waits for its
// confirm goes out together with the next.  So an idle system adds no delay and a busy one pays the
// broker once for hundreds of events.  Loop thread only.

#include <list>
#include <stop_token>
#include <vector>

#include "absl/status/status.h"

#include "common/amqp/outlet.h"
#include "common/coro/completion.h"
#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/lead/events.h"

namespace leadrelay::delivery {

class OutcomeStream {
 public:
  OutcomeStream(coro::Timers& timers, amqp::Outlet& outlet);
  ~OutcomeStream() = default;
  OutcomeStream(const OutcomeStream&) = delete;
  OutcomeStream& operator=(const OutcomeStream&) = delete;

  // Sends until the event is confirmed in the ledger's queue: a broker that is away is waited for.
  // Cancelled when `stop` came first; the event may have been stored all the same.
  coro::Task<absl::Status> Publish(lead::OutcomeEvent event, std::stop_token stop);

  // The same without waiting for it, for what the timeline shows and nothing depends on.
  void Mention(lead::OutcomeEvent event);

  // The sender; ends when `stop` has fired and nothing is left to send.
  coro::Task<void> Run(std::stop_token stop);

 private:
  struct Waiting {
    lead::OutcomeEvent event;
    coro::Completion<absl::Status>* done;  // Null once its publisher has given up.
  };

  coro::Task<void> SendOne(std::list<Waiting>& batch, std::stop_token stop);

  coro::Timers& timers_;
  amqp::Outlet& outlet_;
  coro::Signal changed_;
  std::list<Waiting> waiting_;
};

}  // namespace leadrelay::delivery
