#pragma once
// GateScript: the gate's script with types.  Every call is one round trip; errors are those of
// redis::Commands.  Loop thread only.

#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/redis/commands.h"
#include "services/delivery/throttle/gate.h"
#include "services/delivery/throttle/lease.h"

namespace leadrelay::delivery {

struct LeaseRequest {
  std::string scope;
  int64_t least = 1;  // All of these or nothing.
  int64_t most = 1;
  // By how much the grants may be used later than a lease's life after the request was sent; they
  // are counted that much later.
  absl::Duration slack;
  std::vector<UnusedGrants> unused;
  bool probe_unused = false;
  absl::Duration pause;  // A Retry-After that Redis may not know of yet.
};

struct LeaseAnswer {
  int64_t granted = 0;
  int64_t stamp = 0;
  bool probe = false;
  // When nothing was granted.
  Waiting::Reason reason = Waiting::Reason::kNone;
  absl::Duration wait;  // InfiniteDuration: nobody knows.
  std::string detail;
  // In any case.
  int64_t failures = 0;        // Straining outcomes in a row.
  std::vector<int64_t> rooms;  // What is left, per window.
};

class GateScript {
 public:
  GateScript(redis::Commands& redis, const GateOptions& options);

  coro::Task<absl::StatusOr<LeaseAnswer>> Lease(LeaseRequest request, std::stop_token stop);
  coro::Task<absl::Status> Warm(std::stop_token stop);
  // Dates grants of a scope anew: they are used now.  `again`: it was told before, and may have
  // been heard.
  coro::Task<absl::Status> Late(const std::string& scope, UnusedGrants grants, bool again);

  // `remaining`, per window: what the CRM says is left; negative: nothing.  Returns what is left
  // now.
  coro::Task<absl::StatusOr<std::vector<int64_t>>> Quota(std::vector<int64_t> remaining);

  coro::Task<absl::Status> Success(bool probe);
  coro::Task<absl::StatusOr<int64_t>> Strain(bool probe);  // Failures in a row.
  coro::Task<absl::Status> Throttled(bool probe, absl::Duration pause);
  coro::Task<absl::Status> Unauthorized(bool probe, std::string why, absl::Duration pause);

 private:
  coro::Task<absl::StatusOr<redis::Reply>> Run(std::vector<std::string> arguments,
                                               std::stop_token stop);
  void AppendWindows(std::string_view scope, std::vector<std::string>& arguments) const;
  std::vector<std::string> Start(std::string what) const;

  redis::Commands& redis_;
  const GateOptions& options_;
};

// What an answer of the script means.  Internal when it is none that the script gives.
absl::StatusOr<LeaseAnswer> ParseLeaseAnswer(const redis::Reply& reply,
                                             const std::vector<config::RateWindow>& windows);

// For the operators' calls, which know the destination's name alone.
coro::Task<absl::StatusOr<redis::Reply>> RunGateScript(redis::Commands& redis,
                                                       const std::string& destination,
                                                       std::vector<std::string> arguments,
                                                       std::stop_token stop);

// Where news of the destination is published: "resume" and "success" are good, the rest bad.
std::string NewsChannel(const std::string& destination);

}  // namespace leadrelay::delivery
