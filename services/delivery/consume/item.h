#pragma once
// Item: one message of a destination's queue, read.  Whoever holds it owes the broker an answer,
// which only Settlement gives.

#include <string>

#include "absl/time/time.h"

#include "common/amqp/inlet.h"
#include "common/lead/envelope.h"

namespace leadrelay::delivery {

struct Item {
  amqp::Delivery delivery;  // With the body, byte for byte: a retry or a replay sends it again.
  lead::Envelope envelope;
  lead::DeliveryState state;
  std::string destination;
  absl::Duration arrived;  // By the monotonic clock.
  bool fits_bulk = false;  // Connector::FitsBulk(), where there are bulk batches.

  std::string id() const { return lead::DeliveryId(envelope.lead_id, destination); }
};

}  // namespace leadrelay::delivery
