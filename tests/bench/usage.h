#pragma once
// Usage: what processes have cost: CPU time and resident memory, from /proc, children included.

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace leadrelay::bench {

struct Usage {
  double cpu_seconds = 0;      // User and system, of the process and its live descendants.
  int64_t resident_bytes = 0;  // Likewise.
};

Usage UsageOf(pid_t pid);

// Of this process alone.
double OwnCpuSeconds();

}  // namespace leadrelay::bench
