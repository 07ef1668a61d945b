#pragma once
// Gate: the way out to one destination, shared by all replicas through Redis.  It holds the rate
// windows, the pause that a Retry-After asks for, the breaker, and the operator's pause; one script
// (gate.lua.h) decides over all of them at once.
//
// Rate windows.  For a window of `requests` in `per` the script keeps, in slices, what was granted in the
// last per + margin, and never lets that exceed `requests`.  Grants are leased a few at a time and
// valid for kLeaseLife; what is not used by then is lost, not saved.
//   Bound: in every interval of length `per` at most `requests` arrive at the CRM, as long as
//   kLeaseLife + the spread of the network's delay <= margin(per).
// A bucket that Redis does not know (first start, lost memory) starts as if it had just been
// emptied: the first grant comes one window later.
//
// Breaker: `failures` straining outcomes in a row, over all replicas, open it; after `open` one
// request is let through as a probe; success closes it, failure opens it for twice as long.
//
// Redis away: Enter() waits, since nobody knows what the others are sending.  Loop thread only.

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/redis/redis.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

struct GateOptions {
  std::string destination;
  std::vector<config::RateWindow> windows;
  config::BreakerPolicy breaker;
};

// Permission to send one request now.
struct Permit {
  bool probe = false;  // The breaker's one trial: its failure does not count against the lead.
};

// Why nothing may be sent.
struct Waiting {
  enum class Reason { kNone, kRate, kRetryAfter, kBreakerOpen, kPaused, kUnauthorized, kRedisAway };
  Reason reason = Reason::kNone;
  absl::Time until;  // InfiniteFuture when nobody knows.
  std::string detail;
};
std::string_view Name(Waiting::Reason reason);

class Gate {
 public:
  Gate(coro::Timers& timers, redis::Client& redis, GateOptions options);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Touches the bucket, so that a cold one begins to fill before the first lead comes.
  coro::Task<absl::Status> Warm(std::stop_token stop);

  // Waits until a request of this scope and cost may leave.  First come, first served.
  // Cancelled: `stop` came first; the only error.
  coro::Task<absl::StatusOr<Permit>> Enter(std::string scope, int cost, std::stop_token stop);

  // A permit that was not used after all (everything was delivered already).
  void GiveBack(Permit permit, std::string scope, int cost);

  // What came of a request; one call each.
  coro::Task<void> ReportSuccess(Permit permit);
  coro::Task<void> ReportStrain(Permit permit);  // Transport failure or 5xx.
  coro::Task<void> ReportThrottled(Permit permit, absl::Duration pause);
  coro::Task<void> ReportUnauthorized(Permit permit, std::string why, absl::Duration pause);
  coro::Task<void> ReportQuota(std::vector<QuotaHint> hints);

  // What Enter() waits for at this moment.
  Waiting waiting() const;
  // Called on the loop whenever waiting() changes its reason.
  void OnChange(std::function<void()> callback);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The state of a destination as anybody with Redis can read it (dlq, leadctl).
struct GateState {
  std::string state;  // "open for business" is "ready"; else "throttled", "breaker open",
                      // "breaker half-open", "paused", "unauthorized", "unknown".
  absl::Time until;   // InfinitePast when there is no end to name.
  std::string detail;
  int64_t consecutive_failures = 0;
};
coro::Task<absl::StatusOr<GateState>> ReadGate(redis::Client& redis, std::string destination,
                                               std::stop_token stop);
// The operator's pause: survives restarts, lasts until resumed.
coro::Task<absl::Status> PauseGate(redis::Client& redis, std::string destination, std::string why,
                                   std::stop_token stop);
coro::Task<absl::Status> ResumeGate(redis::Client& redis, std::string destination,
                                    std::stop_token stop);

}  // namespace leadrelay::delivery
