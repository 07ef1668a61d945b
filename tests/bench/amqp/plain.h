#pragma once
// The least that rabbitmq-c can be used with: one thread, one connection, nothing around it.  What
// leadrelay's publisher and consumer are measured against.

#include <string>

namespace leadrelay::bench {

// Declares `queue` as a quorum queue and empties it.
void Prepare(int port, const std::string& queue);

// Publishes `count` bodies of `size` bytes with at most `window` unconfirmed.
void PublishPlainly(int port, const std::string& queue, int count, int window, size_t size);

// Consumes `count` messages and acknowledges every `ack_every`-th with all before it.
void ConsumePlainly(int port, const std::string& queue, int count, int prefetch, int ack_every);

}  // namespace leadrelay::bench
