#pragma once
// Backlog: leads that wait in a destination's queue, and how fast they leave it.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {

struct Drained {
  double per_second = 0;      // From the first arrival to the last.
  int64_t most_resident = 0;  // Of delivery, bytes.
  int64_t lost = 0;
  int64_t duplicates = 0;
};

// Pauses `name`, sends leads numbered from `first` until `leads` wait, resumes it, and waits until
// all of them have arrived.
Drained DrainBacklog(
    e2e::Stack& stack, const Sink& sink, const std::string& name, int64_t leads, int64_t first);

}  // namespace leadrelay::bench
