#pragma once
// Outage: what ingest takes into its spool while the broker is away, and how quickly it gives that
// to the broker when it is back.  A broker of its own; nothing delivers meanwhile.

#include <cstdint>

#include "tests/bench/load.h"

namespace leadrelay::bench {

struct OutageResult {
  LoadResult full;            // 64 connections, as fast as the answers come.
  LoadResult paced;           // 200 leads a second.
  double leads_per_sync = 0;  // At full load.
  double drained_per_second = 0;
  double cpu_per_10k = 0;  // Ingest's, in seconds, for accepting at full load.
  int64_t bytes = 0;       // Of the spool's files.
  int64_t leads = 0;       // In the spool when the broker came back.
  int64_t lost = 0;        // Of all that were accepted, not in the queue of their destination.
};

OutageResult RunOutage(int64_t leads);

}  // namespace leadrelay::bench
