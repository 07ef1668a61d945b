#pragma once
// Faults: how ill the world is at the moment.  Probabilities per occasion; all zero: it is well.

namespace leadrelay::simulation {

struct Faults {
  // Redis.
  double redis_connection_breaks = 0;  // Of a call; the script has run, or it has not.
  double redis_is_slow = 0;            // The reply takes up to some seconds.

  // The broker.
  double publish_is_lost = 0;     // The connection breaks; the message is stored, or it is not.
  double publish_is_refused = 0;  // A nack; it is stored in none of the queues or in some.
  double confirm_is_late = 0;     // Up to 15 s, which is longer than anybody waits for it.
  double consumer_breaks = 0;     // Of a delivery: what is unacknowledged comes again.
  double expires_twice = 0;       // Of a message in a delay queue.
  double accepted_twice = 0;      // Ingest publishes it again, at once or later.

  // The CRM.
  double not_reached = 0;     // No byte of the request left.
  double connects_first = 0;  // The request leaves after a handshake.
  double reset_before = 0;    // Not processed, and no reply.
  double reset_after = 0;     // Processed, and no reply.
  double slow_reply = 0;      // Processed; the reply takes longer than the timeout.
  double error_before = 0;    // A 5xx, and not processed.
  double error_after = 0;     // A 5xx, although it was processed.
  double malformed = 0;       // Processed; half of the reply.
  double throttled = 0;       // 429 with a Retry-After.
};

}  // namespace leadrelay::simulation
