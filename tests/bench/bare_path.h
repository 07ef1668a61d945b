#pragma once
// BarePath: the yardstick: rabbitmq-c alone publishes the same bytes with confirms to quorum
// queues, and consumes and acknowledges them.  Nothing of leadrelay is in it.

#include <cstdint>
#include <string>

namespace leadrelay::bench {

struct BareOptions {
  int port = 0;
  std::string vhost;
  int64_t messages = 0;
  size_t bytes = 1024;
  int queues = 1;     // Each message is routed to all of them by one publish.
  int window = 1000;  // Unconfirmed, and prefetch.
  bool paced = true;  // Whether latencies are measured.
};

struct BareResult {
  double publish_per_second = 0;  // Published and confirmed; nobody consumes.
  double hop_per_second = 0;      // Published, confirmed, consumed and acknowledged at once.
  double latency_p50 = 0;         // Publish to consume at 200 messages a second, in seconds.
  double latency_p99 = 0;
};

BareResult RunBarePath(const BareOptions& options);

}  // namespace leadrelay::bench
