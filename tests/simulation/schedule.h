#pragma once
// Schedule: one run of the world from a seed: leads come in, things go wrong, things are mended,
// everything comes to an end, and what is left is judged.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/stage.h"

namespace leadrelay::simulation {

struct Verdict {
  int64_t steps = 0;
  std::vector<std::string> violations;
  std::vector<std::string> trace;  // When asked for.
  uint64_t digest = 0;             // Of every step and when it was: the same for the same seed.
};

// Uses `stage`, one schedule at a time.
Verdict RunSchedule(Stage& stage, uint64_t seed, bool tracing);

}  // namespace leadrelay::simulation
