#pragma once
// Gate: the way out to one destination, shared by all replicas through Redis.  It holds the rate
// windows, the pause that a Retry-After asks for, the breaker, and the operator's pause; one script
// (gate.lua.h) decides over all of them at once, by Redis' own clock.
//
// Rate windows.  For a window of `requests` in `per` the script keeps what was granted in the last
// per + margin, in slices, and never lets that exceed `requests`.  Grants are leased a few at a
// time; what is not used within the lease's life goes back with the next lease.
//   Bound: in every interval of length `per` at most `requests` arrive at the CRM, as long as
//   lease life (half the margin, 50 ms at most) + the spread of the way to the CRM <= margin.
//   The margin is 100 ms, or 1 % of long windows, but 4 % of `per` at most: 40 ms for one second.
//   docs/decisions/0006-rate-windows.md derives it, and what it costs (5 % of the rate at most).
// A window that Redis does not know (first start, lost memory), or knows from before Redis was
// restarted, counts as just used up: the first grant comes one window later.  Windows above a
// minute do not make anybody wait like that: they count as unused, or as Redis remembers them, and
// ReportQuota() corrects them where the CRM tells.
//
// Breaker: `failures` straining outcomes in a row, over all replicas, open it; after `open` one
// request is let through as a probe; success closes it, failure opens it for twice as long.  A
// probe of which nothing is heard for a minute makes room for another.
//
// Redis away: Enter() waits, since nobody knows what the others are sending.  Nothing here polls:
// what one replica or an operator changes is published, and wakes those who wait.
// No call may be under way when a gate is destroyed.  Loop thread only.

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/redis/commands.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

struct GateOptions {
  std::string destination;
  std::vector<config::RateWindow> windows;
  config::BreakerPolicy breaker;
  const coro::Clock* redis_clock = nullptr;  // Tests: the time that the script goes by.
};

// Permission to send one request now.  Each ends in exactly one GiveBack() or Report...().
struct Permit {
  bool probe = false;  // The breaker's one trial: its failure does not count against the lead.
  // The last moment to send, by the timers' monotonic clock.  Later than that the bound does not
  // hold: GiveBack() and Enter() again (a claim or a token took long), or, when that is only found
  // out as the request leaves (a connection had to be made), ReportLate().
  absl::Duration good_until = absl::InfiniteDuration();
  int64_t stamp = 0;  // The gate's own: which lease it is from.
};

// Why nothing may be sent.
struct Waiting {
  enum class Reason { kNone, kRate, kRetryAfter, kBreakerOpen, kPaused, kUnauthorized, kRedisAway };
  Reason reason = Reason::kNone;
  absl::Time until = absl::InfiniteFuture();  // InfiniteFuture when nobody knows.
  std::string detail;
  friend bool operator==(const Waiting&, const Waiting&) = default;
};
std::string_view Name(Waiting::Reason reason);

class Gate {
 public:
  Gate(coro::Timers& timers, redis::Commands& redis, GateOptions options);
  ~Gate();  // Aborts while somebody waits in Enter().
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Touches the bucket as soon as Redis is there, so that a cold one begins to fill before the
  // first lead comes.
  coro::Task<absl::Status> Warm(std::stop_token stop);

  // Waits until a request of this scope and cost may leave.  First come, first served, among those
  // of a scope.  A cost above what a window holds waits for an empty window.
  // Cancelled: `stop` came first; the only error.
  coro::Task<absl::StatusOr<Permit>> Enter(std::string_view scope, int cost, std::stop_token stop);

  // A permit of which nothing reached the CRM (everything was delivered already).
  void GiveBack(Permit permit, std::string_view scope, int cost);

  // The request leaves now, after the permit's last moment: from now on it counts as granted now.
  // In time as long as it is said before the shortest window has passed since the grant.
  // Said again while Redis is away, for a moment, or until `stop`.
  coro::Task<void> ReportLate(Permit permit, std::string scope, int cost, std::stop_token stop);

  // What came of a request; one call each.  What cannot be told because Redis is away is lost,
  // except for a throttling, which is told with the next lease.
  coro::Task<void> ReportSuccess(Permit permit);
  coro::Task<void> ReportStrain(Permit permit);  // Transport failure or 5xx.
  coro::Task<void> ReportThrottled(Permit permit, absl::Duration pause);
  coro::Task<void> ReportUnauthorized(Permit permit, std::string why, absl::Duration pause);
  coro::Task<void> ReportQuota(std::vector<QuotaHint> hints);

  // What Enter() waits for at this moment; kNone when nobody waits in it.
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
  absl::Time until = absl::InfinitePast();  // InfinitePast when there is no end to name.
  std::string detail;
  int64_t consecutive_failures = 0;
  friend bool operator==(const GateState&, const GateState&) = default;
};
coro::Task<absl::StatusOr<GateState>> ReadGate(redis::Commands& redis,
                                               std::string destination,
                                               std::stop_token stop);
// The operator's pause: survives restarts, lasts until resumed.
coro::Task<absl::Status> PauseGate(redis::Commands& redis,
                                   std::string destination,
                                   std::string why,
                                   std::stop_token stop);
// Ends the operator's pause and a pause for a refused credential, and closes the breaker: "try it
// now".  A pause that the CRM asked for stays.
coro::Task<absl::Status> ResumeGate(redis::Commands& redis,
                                    std::string destination,
                                    std::stop_token stop);

}  // namespace leadrelay::delivery
