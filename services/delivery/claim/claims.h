#pragma once
// Claims: who is working on a delivery, kept in Redis so that no two replicas send the same one.
//
//   free ──Acquire──▶ sending(owner, fence, deadline) ──Finish──▶ done(remote id)
//     ▲                  │            │ deadline passed without a word
//     └──────Release─────┘            ▼
//                                 Acquire by another: kClaimedUnknown, with a higher fence
//
// One script call for a whole batch.  A claim whose owner died is never simply free: its request may
// have been processed.  Finish, Release and Renew do nothing to a claim whose fence has moved on.
// Loop thread only.

#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/task.h"
#include "common/redis/redis.h"

namespace leadrelay::delivery {

struct ClaimResult {
  enum class Kind {
    kClaimed,         // Ours.
    kClaimedUnknown,  // Ours; an earlier owner may have sent it.
    kDone,            // Delivered already: remote_id.
    kBusy,            // Another's, for busy_for at most.
  };
  Kind kind = Kind::kClaimed;
  int64_t fence = 0;
  std::string remote_id;
  absl::Duration busy_for;
};

struct Claim {
  std::string delivery_id;
  int64_t fence = 0;
};

struct FinishedClaim {
  Claim claim;
  std::string remote_id;
};

class Claims {
 public:
  // `owner` names this process: host, pid and a random part.
  Claims(redis::Client& redis, std::string owner, absl::Duration done_ttl);

  // One result per id, in order.  `lease`: how long the claim is ours without a Renew().
  // Unavailable: Redis is away, nothing may be sent.
  coro::Task<absl::StatusOr<std::vector<ClaimResult>>> Acquire(std::vector<std::string> delivery_ids,
                                                               absl::Duration lease,
                                                               std::stop_token stop);
  coro::Task<absl::Status> Renew(std::vector<Claim> claims, absl::Duration lease,
                                 std::stop_token stop);
  coro::Task<absl::Status> Finish(std::vector<FinishedClaim> claims, std::stop_token stop);
  // `unknown`: the request may have been processed; the next owner is told.
  coro::Task<absl::Status> Release(std::vector<Claim> claims, bool unknown, std::stop_token stop);

 private:
  redis::Client& redis_;
  std::string owner_;
  absl::Duration done_ttl_;
};

}  // namespace leadrelay::delivery
