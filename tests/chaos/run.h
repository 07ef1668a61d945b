#pragma once
// Run: one run of chaos: a world, a publisher, a plan of faults under its load, the books watched
// all along, and at the end the count of what arrived.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/chaos/plan.h"
#include "tests/chaos/world.h"

namespace leadrelay::chaos {

struct RunOptions {
  std::string name;
  PlanOptions plan;
  WorldOptions world;
  int64_t leads = 5000;
  int64_t full_every = 10;  // Every so many-th lead goes to the CRMs with deals and notes as well.
  std::string folder;       // Where the log of the run is kept, and of a failed one those of the
                            // services.
  // Told after every fault: of how many, and what it was.
  std::function<void(int64_t done, const std::string& line)> progress;
};

struct Verdict {
  std::string name;
  int64_t faults = 0;
  int64_t accepted = 0;    // Leads.
  int64_t deliveries = 0;  // Of these.
  int64_t delivered = 0;   // Records at the sandbox.
  int64_t repeats = 0;     // Copies that a receiver recognised.
  int64_t duplicates = 0;
  int64_t lost = 0;
  int64_t samples = 0;   // Of the books.
  int64_t recounts = 0;  // Of the ledger's rows.
  int64_t widest = 0;    // The largest difference in them.
  double seconds = 0;
  std::vector<std::string> wrong;

  bool good() const { return wrong.empty() && lost == 0 && duplicates == 0; }
};

Verdict RunChaos(const RunOptions& options);

}  // namespace leadrelay::chaos
