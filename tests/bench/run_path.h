#pragma once
// RunPath: leads through the whole path to webhook destinations, and what that cost whom.

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/costs.h"
#include "tests/bench/load.h"
#include "tests/bench/sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {

struct Memory {
  int64_t ingest = 0;
  int64_t delivery = 0;
  int64_t dlq = 0;
};

struct PathResult {
  LoadResult load;
  double delivered_per_second = 0;  // Deliveries, from the first request to the last arrival.
  Cost per_10k;                     // For 10,000 leads, until the books balance.
  Memory resident;                  // Bytes, at the end.
  int64_t lost = 0;
  int64_t duplicates = 0;
};

// Sends leads as `options` says, to which this adds where and as whom, and waits until they are at
// all of `names` and the books balance.  `before`: how many leads the stack has had.  `each`: how
// many of the leads go to each of `names`, when it is not all of them.
PathResult RunPath(e2e::Stack& stack,
                   const Sink& sink,
                   const std::vector<std::string>& names,
                   LoadOptions options,
                   int64_t before,
                   std::optional<int64_t> each = std::nullopt);

}  // namespace leadrelay::bench
