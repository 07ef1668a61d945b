#pragma once
// Table: the verdicts of runs, for people.  Pure but for the printing.

#include <vector>

#include "tests/bench/rates.h"
#include "tests/chaos/run.h"

namespace leadrelay::chaos {

struct ReplicaVerdict {
  int replicas = 0;
  bench::RateResult rate;

  // Never refused, and nearly all of what is allowed is used in every window after the first.
  bool good() const {
    return rate.Whole() &&
           static_cast<double>(rate.leanest) >= 0.95 * static_cast<double>(rate.limit);
  }
};

void PrintTable(const std::vector<Verdict>& verdicts);
void PrintReplicas(const std::vector<ReplicaVerdict>& verdicts);

}  // namespace leadrelay::chaos
