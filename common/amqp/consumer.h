#pragma once
// Consumer: consumes one or more queues on a connection and a thread of its own.
//
// Frames are assembled without ever waiting for the rest of one; deliveries reach the loop in
// batches.  It reconnects for as long as it lives (as the publisher does), declares the topology
// again, subscribes again; a consumer that the broker cancels (its queue was deleted) counts as a
// broken connection.  What was delivered on a connection that has ended is delivered again.
// All calls and callbacks on the loop thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/connection_options.h"
#include "common/amqp/message.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::amqp {

// Names one delivery on one connection.  After a reconnection the broker delivers again, and an
// Ack() with an old tag does nothing.
struct DeliveryTag {
  uint64_t connection = 0;
  uint64_t number = 0;
  uint16_t channel = 0;
  friend bool operator==(const DeliveryTag&, const DeliveryTag&) = default;
};

struct Delivery {
  DeliveryTag tag;
  std::string queue;  // The queue it was consumed from.
  bool redelivered = false;
  Message message;
};

struct Subscription {
  std::string queue;
  uint16_t prefetch = 200;  // Unacknowledged at most, 1 or more (each has its own channel).
};

struct ConsumerOptions {
  ConnectionOptions connection;
  Topology topology;
  std::vector<Subscription> subscriptions;
};

class Consumer {
 public:
  using Handler = std::function<void(Delivery delivery)>;

  Consumer(coro::Loop& loop, coro::Timers& timers, ConsumerOptions options, Handler handler);
  ~Consumer();  // Aborts unless Close() has finished or Start() was never called.
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void Start();

  // Acknowledgements are gathered: consecutive tags go out as one multiple ack.  To settle a
  // delivery twice, or one of an old connection, does nothing.
  void Ack(const DeliveryTag& tag);
  void Requeue(const DeliveryTag& tag);  // Back to the queue, at once.
  void Reject(const DeliveryTag& tag);   // To the queue's dead-letter exchange.

  // Stops new deliveries, for good, and keeps the connection, so that what is in hand can still be
  // acked.  The handler is not called any more from the moment of the call; what was on its way
  // goes back to its queue.  Returns when the broker has agreed, after two seconds at the latest.
  coro::Task<void> StopConsuming();

  bool connected() const;  // Logged in, declared, and every subscription accepted.
  std::string last_error() const;
  void OnStateChange(std::function<void()> callback);

  // Messages ready in `queue` (a passive declare on a channel of its own).
  coro::Task<absl::StatusOr<int64_t>> Depth(std::string queue, absl::Duration timeout);

  // Sends the acknowledgements that were given before; what is not settled goes back to its queue.
  coro::Task<void> Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::amqp
