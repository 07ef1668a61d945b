#pragma once
// Settlement: how a message ends, and the only place that acknowledges.
//
// Every message ends in exactly one of four ways, and is acknowledged only after what replaces it
// has been confirmed: an outcome event, a copy in a delay queue, or a dead letter.  While the
// broker does not confirm, it is asked again; when the process stops first, the message stays
// unacknowledged and the broker delivers it once more.  Loop thread only.

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/amqp/inlet.h"
#include "common/amqp/outlet.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/lead/events.h"
#include "services/delivery/consume/item.h"
#include "services/delivery/consume/outcome_stream.h"

namespace leadrelay::delivery {

class Settlement {
 public:
  // How the broker is answered: Consumer::Ack() and Consumer::Reject().
  struct Answers {
    std::function<void(const amqp::DeliveryTag&)> acknowledge;
    std::function<void(const amqp::DeliveryTag&)> reject;
  };

  Settlement(coro::Timers& timers,
             amqp::Outlet& outlet,
             OutcomeStream& outcomes,
             std::vector<absl::Duration> rungs,
             Answers answers);

  // Delivered, duplicate or suppressed: the ledger has been told.
  coro::Task<bool> Finish(Item item, lead::OutcomeEvent event, std::stop_token stop);

  // Comes back not before state.not_before, with `state` in its headers.  Retry() also tells the
  // ledger why, without waiting for it: an event that is lost costs a line of the timeline.  A
  // state that does not fit into headers (of a message that is not ours) makes a dead letter of it.
  coro::Task<bool> Delay(Item item, lead::DeliveryState state, std::stop_token stop);
  coro::Task<bool> Retry(Item item,
                         lead::DeliveryState state,
                         lead::OutcomeEvent event,
                         std::stop_token stop);

  // Waits for an operator.
  coro::Task<bool> DeadLetter(Item item, lead::DeadLetter letter, std::stop_token stop);

  // The same for a message that could not be read at all: its bytes are kept.  One that is larger
  // than lead::kLongestWrapped is rejected instead: the broker itself puts it into leads.dead.
  coro::Task<bool> DeadLetterUnread(amqp::Delivery delivery,
                                    lead::DeadLetter letter,
                                    std::stop_token stop);

  // All return whether the message was acknowledged.

 private:
  // InvalidArgument: no broker would take it.  Cancelled: stopped first.
  coro::Task<absl::Status> PublishUntilConfirmed(amqp::Message message,
                                                 std::string delivery_id,
                                                 std::stop_token stop);

  coro::Timers& timers_;
  amqp::Outlet& outlet_;
  OutcomeStream& outcomes_;
  std::vector<absl::Duration> rungs_;
  Answers answers_;
};

}  // namespace leadrelay::delivery
