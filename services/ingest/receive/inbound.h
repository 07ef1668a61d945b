#pragma once
// Inbound: leads that publishers hand over as AMQP messages (exchange leads.inbound).  The one
// place where they are acked, and only once something else is confirmed in their place: the lead,
// or a message in leads.rejected that says what is wrong with it.  What is larger than
// lead::kLongestWrapped is not read: the broker itself moves it to leads.rejected, as it is.
//
// The publisher is the message's app_id; message_id is the idempotency key.  While the broker does
// not confirm, or the publisher is over its rate, the message is held and tried again with
// back-off: giving it back would spin, and the queue's delivery limit would call it poison. Loop
// thread only.

#include <cstdint>
#include <stop_token>
#include <string>

#include "absl/time/time.h"

#include "common/amqp/consumer.h"
#include "common/config/config.h"
#include "common/coro/loop.h"
#include "common/coro/scope.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/receive/acceptor.h"
#include "services/ingest/receive/meters.h"
#include "services/ingest/receive/publishers.h"

namespace leadrelay::ingest {

class Inbound {
 public:
  // What it works with; all outlive it.
  struct Parts {
    coro::Loop& loop;
    coro::Timers& timers;
    const Publishers& publishers;
    Acceptor& acceptor;
    LeadPublisher& publisher;
    Meters& meters;
    observe::Health& health;
  };
  Inbound(Parts parts, amqp::ConsumerOptions consumer, absl::Duration publish_timeout);
  Inbound(const Inbound&) = delete;
  Inbound& operator=(const Inbound&) = delete;

  void Start() { consumer_.Start(); }
  bool connected() const { return consumer_.connected(); }
  std::string last_error() const { return consumer_.last_error(); }
  int in_hand() const { return taking_.live(); }
  absl::Duration last_arrival() const { return last_arrival_; }  // Monotonic.
  amqp::Consumer& consumer() { return consumer_; }

  // Takes no more messages and ends what is in hand; what could not be ended within `grace` goes
  // back to the queue.
  coro::Task<void> Close(absl::Duration grace);

 private:
  void OnDelivery(amqp::Delivery delivery);
  coro::Task<void> Take(amqp::Delivery delivery);
  void RejectAsItIs(const amqp::Delivery& delivery);
  coro::Task<bool> Settle(const amqp::Delivery* delivery);
  coro::Task<Verdict> TryOnce(const amqp::Message* message);
  // True when the rejection is safe with the broker.
  coro::Task<bool> Reject(const amqp::Message* message, Problem problem);

  Parts parts_;
  absl::Duration publish_timeout_;
  observe::Health::Progress& progress_;
  coro::Scope taking_;
  amqp::Consumer consumer_;
  uint64_t connection_ = 0;  // The newest that delivered.
  absl::Duration last_arrival_;
};

}  // namespace leadrelay::ingest
