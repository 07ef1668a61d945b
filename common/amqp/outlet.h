#pragma once
// Outlet: where messages leave for the broker, each confirmed.  Publisher (publisher.h) is the one
// that has a connection; whoever only publishes takes this.  Loop thread only.

#include <stop_token>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "common/coro/task.h"

namespace leadrelay::amqp {

class Outlet {
 public:
  virtual ~Outlet() = default;

  // Ok: the broker has confirmed it, in every queue it was routed to.
  // Errors, of which all but the first two mean "it may or may not be stored: publish it again with
  // the same ids":
  //   InvalidArgument     it does not fit into the protocol's fields (properties.h)
  //   ResourceExhausted   too much unconfirmed already; nothing was sent
  //   Unavailable         no connection, the broker has blocked us, or the connection broke
  //   Aborted             the broker refused it (nack: a queue is full)
  //   NotFound            mandatory and unroutable: returned with the broker's words
  //   DeadlineExceeded    not confirmed in time.  Cancelled: `stop` or Close() came first.
  // The broker calls a message unroutable when it reaches no queue at all: one that reaches some of
  // the queues in `cc` is confirmed.
  virtual coro::Task<absl::Status> Publish(Message message,
                                           bool mandatory,
                                           absl::Duration timeout,
                                           std::stop_token stop) = 0;
};

}  // namespace leadrelay::amqp
