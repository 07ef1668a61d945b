#pragma once
// Claims: who is working on a delivery, kept in Redis so that no two replicas send the same one.
//
//   free ──Acquire──▶ sending(owner, fence, deadline) ──Finish──▶ done(remote id)
//     ▲                  │            │ deadline passed without a word
//     └──────Release─────┘            ▼
//                                 Acquire by another: kClaimedUnknown, with a higher fence
//
// One script call for whatever batches ask at the same time.  A claim whose owner died is never
// simply free: its request may have been processed.  Finish, Release and Renew do nothing to a
// claim whose fence has moved on. Time is Redis' own, so the replicas' clocks do not matter.  Loop
// thread only.
//
// In Redis: one string per delivery, "lr:claim:{<delivery id>}" (claims.lua.h says what is in it).
// A done claim is remembered for done_ttl; one that is being sent, or may have been, for done_ttl
// but at least kHorizon.  docs/decisions/0007-claims.md says what is lost when Redis is.
//
// Errors of every call: Unavailable (Redis is away or refuses: whether it was done is unknown, and
// nothing may be sent on the strength of it), Cancelled.

#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/gatherer.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/redis/commands.h"

namespace leadrelay::delivery {

struct ClaimResult {
  enum class Kind {
    kClaimed,         // Ours.
    kClaimedUnknown,  // Ours; an earlier owner may have sent it.
    kDone,            // Delivered already: remote_id.
    kBusy,            // Being sent, by another or by ourselves: ask again after busy_for at most.
  };
  Kind kind = Kind::kClaimed;
  int64_t fence = 0;  // When claimed.
  std::string remote_id;
  absl::Duration busy_for;
  friend bool operator==(const ClaimResult&, const ClaimResult&) = default;
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
  static constexpr absl::Duration kHorizon = absl::Hours(24);

  // `owner` names this process: host, pid and a random part; no spaces.
  Claims(coro::Loop& loop, redis::Commands& redis, std::string owner, absl::Duration done_ttl);

  // One result per id, in order.  `lease`: how long the claim is ours without a Renew().
  coro::Task<absl::StatusOr<std::vector<ClaimResult>>> Acquire(
      std::vector<std::string> delivery_ids, absl::Duration lease, std::stop_token stop);
  // From now on.  A claim that has run out but that nobody has taken is ours again.
  coro::Task<absl::Status> Renew(std::vector<Claim> claims,
                                 absl::Duration lease,
                                 std::stop_token stop);
  coro::Task<absl::Status> Finish(std::vector<FinishedClaim> claims, std::stop_token stop);
  // `unknown`: the request may have been processed, by us or by an earlier owner whose doubt nobody
  // has resolved; the next owner is told.
  coro::Task<absl::Status> Release(std::vector<Claim> claims, bool unknown, std::stop_token stop);

  // Waits for what is under way.  Before the end, when nobody calls any more.
  coro::Task<void> Close();

 private:
  struct Request {
    std::vector<std::string> keys;
    std::vector<std::string> arguments;  // Of the claims.
  };
  using Replies = std::vector<absl::StatusOr<std::vector<redis::Reply>>>;

  coro::Task<Replies> RunAll(std::string what, std::vector<Request> requests);
  coro::Task<absl::StatusOr<redis::Reply>> Run(std::string what,
                                               std::vector<std::string> keys,
                                               std::vector<std::string> arguments,
                                               std::stop_token stop);

  redis::Commands& redis_;
  std::string owner_;
  absl::Duration done_ttl_;
  coro::Gatherer<Request, Replies::value_type> acquiring_;
  coro::Gatherer<Request, Replies::value_type> finishing_;
};

}  // namespace leadrelay::delivery
