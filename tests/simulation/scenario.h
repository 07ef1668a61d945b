#pragma once
// Scenario: what a seed stands for: who is there, what is sent, and how ill the world gets.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "tests/simulation/faults.h"
#include "tests/simulation/random.h"

namespace leadrelay::simulation {

struct Scenario {
  std::vector<std::string> destinations;
  int leads = 1;
  int delivery_processes = 1;
  absl::Duration publishing;  // Leads come in for so long,
  absl::Duration trouble;     // and the world is ill for so long.
  Faults faults;

  double kills = 0;      // Per step: a process is killed.
  double stalls = 0;     // Per step: a process stands still for up to half a minute.
  int terminations = 0;  // Of processes, at any time; each is started again.
  int redis_flushes = 0;
  int redis_fail_overs = 0;  // To what it held some seconds before.
  int redis_outages = 0;
  int broker_outages = 0;
  int redis_clock_steps = 0;  // Back.
  int wall_clock_jumps = 0;
  int token_expiries = 0;
  int replays = 0;  // Orders of an operator in the midst of it.
  int discards = 0;
  bool refuses_one = false;  // The CRM refuses one of the leads until it is mended.
  bool unreadable = false;   // Something that is no lead gets into a queue.
};

Scenario ScenarioOf(Random& random, const std::vector<std::string>& destinations);

}  // namespace leadrelay::simulation
