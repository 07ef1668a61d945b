#pragma once
// Spooling: the spool of one ingest process and its drain, from the folder to the broker.  Loop
// thread only.

#include <string>

#include "absl/status/statusor.h"

#include "common/coro/loop.h"
#include "common/coro/scope.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/metrics.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/spool/drain.h"
#include "services/ingest/spool/spool.h"
#include "services/ingest/spool/spool_meters.h"

namespace leadrelay::ingest {

// Blocks, for the start of the process: locks the folder, and reads what an earlier life has left
// there.  FailedPrecondition: another process has it, or a newer program has written there.  Other
// errors: it cannot be made, read or written.
absl::StatusOr<SpoolFiles> OpenSpool(const std::string& path);

class Spooling {
 public:
  // What it works with; all outlive it.
  struct Parts {
    coro::Loop& loop;
    coro::Timers& timers;
    observe::Metrics& metrics;
    LeadPublisher& publisher;
  };
  struct Options {
    SpoolOptions spool;
    DrainOptions drain;
  };
  Spooling(Parts parts, SpoolFiles files, Options options);
  Spooling(const Spooling&) = delete;
  Spooling& operator=(const Spooling&) = delete;

  void Start();
  void BrokerChanged() { drain_.BrokerChanged(); }
  // First the drain is stopped, while the broker is still there; then, once nobody has a lead to
  // keep any more, the spool.
  coro::Task<void> StopDraining();
  coro::Task<void> Close() { return spool_.Close(); }

  Spool& spool() { return spool_; }

 private:
  SpoolMeters meters_;
  Spool spool_;
  Drain drain_;
  coro::Scope draining_;
};

}  // namespace leadrelay::ingest
