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
// A claim keeps what is done of its delivery: the broker may hold another copy of the message, from
// before that was done.
//
// Where Redis' memory begins (its first start, emptied, or another process than before, which may
// have come back without its last second), a claim that is not there is no proof that nobody sent
// it.  So a lead that was accepted before then is kBusy until no claim of before can be alive, and
// kClaimedUnknown after that; and no claim of before is renewed.
//
// A doubt has an age: a CRM whose search is behind its records proves nothing by not finding what
// is younger than that.
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
    kClaimedUnknown,  // Ours; an earlier owner may have sent it, known or forgotten.
    kDone,            // Delivered already: remote_id.
    kBusy,            // Being sent, by another or by ourselves: ask again after busy_for at most.
  };
  Kind kind = Kind::kClaimed;
  int64_t fence = 0;     // When claimed.
  std::string progress;  // Likewise: what earlier owners had done, whichever copy they had.
  std::string remote_id;
  absl::Duration busy_for;
  // Of kClaimedUnknown: for so long at least no earlier owner can have sent anything.
  absl::Duration doubt_age;
  friend bool operator==(const ClaimResult&, const ClaimResult&) = default;
};

struct WantedClaim {
  std::string delivery_id;
  // Of the lead, by ingest's clock.  InfiniteFuture: a memory that is lost puts it in no doubt.
  absl::Time accepted_at;
};

struct Claim {
  std::string delivery_id;
  int64_t fence = 0;
  std::string progress = {};  // What is done of it by now; any text.  For Renew() and Release().
};

struct FinishedClaim {
  Claim claim;
  std::string remote_id;
};

// A request may have been processed, by us or by an earlier owner whose doubt nobody has resolved.
struct ClaimInDoubt {
  Claim claim;
  absl::Duration doubt_age;  // As ClaimResult::doubt_age; zero when it is our own request.
};

class Claims {
 public:
  static constexpr absl::Duration kHorizon = absl::Hours(24);
  // For so long after a loss, leads that are accepted are in doubt, too: a publisher that had no
  // answer sends them again, and ingest's clock may be ahead of Redis'.
  static constexpr absl::Duration kDoubtedAfterLoss = absl::Minutes(5);

  // `owner` names this process: host, pid and a random part; no spaces.
  Claims(coro::Loop& loop, redis::Commands& redis, std::string owner, absl::Duration done_ttl);

  // Has Redis note, as soon as it is there, that it remembers from now on; without that, it does
  // with the first claim.
  coro::Task<absl::Status> Warm(std::stop_token stop);

  // One result for each, in order.  `lease`: how long the claim is ours without a Renew(); the same
  // for all claims of a destination.
  coro::Task<absl::StatusOr<std::vector<ClaimResult>>> Acquire(std::vector<WantedClaim> wanted,
                                                               absl::Duration lease,
                                                               std::stop_token stop);
  // From now on.  A claim that has run out but that nobody has taken is ours again.  Aborted: one
  // of them is another's, or Redis may have forgotten whose, so nothing more may be sent for it;
  // the others are renewed.
  coro::Task<absl::Status> Renew(std::vector<Claim> claims,
                                 absl::Duration lease,
                                 std::stop_token stop);
  coro::Task<absl::Status> Finish(std::vector<FinishedClaim> claims, std::stop_token stop);
  coro::Task<absl::Status> Release(std::vector<Claim> claims, std::stop_token stop);
  // The next owner is told.
  coro::Task<absl::Status> ReleaseInDoubt(std::vector<ClaimInDoubt> claims, std::stop_token stop);

  // Waits for what is under way.  Before the end, when nobody calls any more.
  coro::Task<void> Close();

 private:
  struct Request {
    std::vector<std::string> keys;
    std::vector<std::string> arguments;  // Three for each claim: claims.lua.h.

    void Reserve(size_t claims);
    void Add(const std::string& delivery_id, int64_t first, std::string second, std::string third);
  };
  using Replies = std::vector<redis::Reply>;  // One for each claim.

  coro::Task<std::vector<absl::StatusOr<Replies>>> RunAll(std::string what,
                                                          std::vector<Request> requests);
  coro::Task<absl::StatusOr<Replies>> Run(std::string what, Request request, std::stop_token stop);

  redis::Commands& redis_;
  std::string owner_;
  absl::Duration done_ttl_;
  std::string memory_since_;  // As Redis last said; empty: not asked yet.
  coro::Gatherer<Request, absl::StatusOr<Replies>> acquiring_;
  coro::Gatherer<Request, absl::StatusOr<Replies>> finishing_;
};

}  // namespace leadrelay::delivery
