#pragma once
// Costs: the CPU seconds, user and system, that each part has spent.

#include <cstdint>

#include "tests/bench/sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {

struct Cost {
  double broker = 0;
  double redis = 0;
  double ingest = 0;
  double delivery = 0;
  double dlq = 0;
  double sink = 0;
  double load = 0;  // This process.
  double idle = 0;  // Of all cores together.
};

// From one reading to another, for 10,000 of `leads`.
Cost Per10k(const Cost& from, const Cost& to, int64_t leads);

// How many commands a Redis has processed since it started.
int64_t RedisCommands(int port);

class Costs {
 public:
  explicit Costs(e2e::Stack& stack, const Sink* sink = nullptr);
  Cost Read() const;

 private:
  e2e::Stack& stack_;
  const Sink* sink_;
  const pid_t redis_;
};

}  // namespace leadrelay::bench
