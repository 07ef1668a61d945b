#pragma once
// RunService: what every leadrelay service does around its own work.
//
//   leadrelay-<name> [--config PATH] [--check] [--version] [the service's own flags]
//
// Reads the command line and the configuration, starts the log, builds the loop and what hangs on
// it, runs the service's body until it returns, and turns the first SIGTERM or SIGINT into
// `context.stop`.  The body then drains and returns; one that has not returned `grace` later is cut
// off, and the broker delivers again what it had in hand.
//
// Exit codes: 0 the body returned OK (or --check found nothing), 1 it returned an error, did not
// drain in time, or --check found faults, 2 the command line or the configuration is wrong.

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "common/service/arguments.h"

namespace leadrelay::service {

// What a body works with.  Outlives the body.
struct ServiceContext {
  const config::Config& config;
  coro::Loop& loop;
  coro::Timers& timers;
  observe::Metrics& metrics;
  observe::Health& health;
  std::stop_token stop;  // Requested by the first SIGTERM or SIGINT.
};

// Everything the body opened must be closed and joined when it returns: the loop is destroyed next.
using Body = std::function<coro::Task<absl::Status>(ServiceContext& context)>;

struct ServiceOptions {
  std::string name;     // "ingest": in the log, in --version, in the program's name.
  std::string summary;  // One sentence for --help.
  std::vector<Flag> flags = {};
  config::Reader reader = config::Reader::kEverything;  // Whose secrets the environment must have.

  // Checks what Config leaves to the service (a connector's settings); may read sections of it.
  // Called after the file itself was read without a fault; faults go where the file's own went.
  std::function<void(config::Config& config, config::Faults& faults)> check = nullptr;

  absl::Duration grace = absl::Seconds(10);
};

int RunService(int argc, char** argv, const ServiceOptions& options, const Body& body);

}  // namespace leadrelay::service
