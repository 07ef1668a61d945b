#pragma once
// Inlet: where messages come in from, and are answered.  Consumer (consumer.h) is the one that has
// a connection; whoever is handed its deliveries takes this.  Loop thread only.

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "common/coro/task.h"

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

class Inlet {
 public:
  virtual ~Inlet() = default;

  // To settle a delivery twice, or one of an old connection, does nothing.
  virtual void Ack(const DeliveryTag& tag) = 0;
  virtual void Reject(const DeliveryTag& tag) = 0;  // To the queue's dead-letter exchange.

  // Stops new deliveries, for good.  Nothing is handed over any more from the moment of the call;
  // what was on its way goes back to its queue.
  virtual coro::Task<void> StopConsuming() = 0;

  // Messages ready in `queue`.
  virtual coro::Task<absl::StatusOr<int64_t>> Depth(std::string queue, absl::Duration timeout) = 0;

  virtual bool connected() const = 0;
  virtual std::string last_error() const = 0;
};

}  // namespace leadrelay::amqp
