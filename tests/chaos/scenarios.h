#pragma once
// Scenarios: the runs of chaos that have a name.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/chaos/run.h"

namespace leadrelay::chaos {

struct Scenario {
  std::string name;
  std::string what;  // For people.
  RunOptions run;    // Without seed, folder and progress.
};

// What ./dev chaos runs, in this order; "short" is for ctest.
const std::vector<Scenario>& Scenarios();
const Scenario& ShortScenario();

}  // namespace leadrelay::chaos
