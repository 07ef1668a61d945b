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
#include "common/amqp/inlet.h"
#include "common/amqp/message.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::amqp {

struct Subscription {
  std::string queue;
  uint16_t prefetch = 200;  // Unacknowledged at most, 1 or more (each has its own channel).
};

struct ConsumerOptions {
  ConnectionOptions connection;
  Topology topology;
  std::vector<Subscription> subscriptions;
};

class Consumer final : public Inlet {
 public:
  using Handler = std::function<void(Delivery delivery)>;

  Consumer(coro::Loop& loop, coro::Timers& timers, ConsumerOptions options, Handler handler);
  ~Consumer() override;  // Aborts unless Close() has finished or Start() was never called.
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void Start();

  // Acknowledgements are gathered: consecutive tags go out as one multiple ack.
  void Ack(const DeliveryTag& tag) override;
  void Requeue(const DeliveryTag& tag);  // Back to the queue, at once.
  void Reject(const DeliveryTag& tag) override;

  // Keeps the connection, so that what is in hand can still be acked.  Returns when the broker has
  // agreed, after two seconds at the latest.
  coro::Task<void> StopConsuming() override;

  bool connected() const override;  // Logged in, declared, and every subscription accepted.
  std::string last_error() const override;
  void OnStateChange(std::function<void()> callback);

  // A passive declare on a channel of its own.
  coro::Task<absl::StatusOr<int64_t>> Depth(std::string queue, absl::Duration timeout) override;

  // Sends the acknowledgements that were given before; what is not settled goes back to its queue.
  coro::Task<void> Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::amqp
