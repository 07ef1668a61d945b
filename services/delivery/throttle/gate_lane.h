#pragma once
// GateLane: those who wait for requests of one scope of a destination, in a queue, and the lease
// they are served from.
//
// There is no background task: whoever waits drives.  The first that finds nobody driving asks
// Redis, or sleeps until it is time to ask, on behalf of the whole queue, and hands over when it
// has got what it came for.  Loop thread only.

#include <functional>
#include <list>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/completion.h"
#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/redis/commands.h"
#include "services/delivery/throttle/gate.h"
#include "services/delivery/throttle/gate_script.h"
#include "services/delivery/throttle/lease.h"
#include "services/delivery/throttle/windows.h"

namespace leadrelay::delivery {

// What the lanes of one gate have in common.
struct GateShared {
  coro::Timers& timers;
  redis::Commands& redis;
  GateScript& script;
  std::function<void()> on_waiting_changed;
  int64_t revocations = 0;  // Counts what makes leases void: what was leased before is not used.
  int64_t failures = 0;     // Straining outcomes in a row, as of the last answer.
  std::vector<int64_t> rooms = {};  // What is left of each window, likewise.
  absl::Duration pause_until =
      absl::ZeroDuration();   // A Retry-After that Redis has not confirmed; monotonic.
  bool probe_unused = false;  // To be told with the next lease.
};

class GateLane {
 public:
  GateLane(GateShared& shared, std::string scope, LeaseTerms terms);
  ~GateLane();  // Aborts while somebody waits.
  GateLane(const GateLane&) = delete;
  GateLane& operator=(const GateLane&) = delete;

  coro::Task<absl::StatusOr<Permit>> Enter(int cost, std::stop_token stop);
  void GiveBack(const Permit& permit, int cost);
  // What a call of that cost took out of the windows.
  UnusedGrants GrantsOf(const Permit& permit, int cost) const;

  // What is leased may not be used any more.
  void Revoke();
  // Something has changed: whoever sleeps asks again.
  void Nudge();

  const Waiting& waiting() const { return waiting_; }

 private:
  struct Waiter;

  int64_t Units(int cost) const;
  absl::Duration Now() const { return shared_.timers.clock().Monotonic(); }
  coro::Task<void> Drive(std::stop_token stop);
  coro::Task<void> AskForGrants(std::stop_token stop);
  coro::Task<void> SitOutRedis(absl::Status error, std::stop_token stop);
  LeaseRequest NextRequest();
  void Accept(const LeaseAnswer& answer, absl::Duration asked_at, bool revoked);
  void Serve();
  void HandOver();
  void SetWaiting(Waiting waiting);
  void Return(UnusedGrants grants);

  GateShared& shared_;
  std::string scope_;
  LeaseTerms terms_;
  Lease lease_;
  int64_t leased_ = 0;    // How many the lease began with.
  int64_t appetite_ = 1;  // How many were wanted lately within one lease.
  absl::Duration slack_;  // How much too slow Redis is at the moment.
  std::vector<UnusedGrants> unused_;
  std::list<Waiter*> queue_;
  Waiter* driver_ = nullptr;
  absl::Duration ask_at_;  // Not before.
  int64_t nudges_ = 0;
  coro::Signal nudged_;
  Waiting waiting_;
};

}  // namespace leadrelay::delivery
