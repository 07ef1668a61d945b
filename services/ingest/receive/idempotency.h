#pragma once
// Idempotency: the publisher's rate limit and the claims on idempotency keys, over all replicas, in
// one round trip to Redis for the requests of a publisher that come at the same time.
//
// Redis is not needed to accept a lead.  Without it (no connection, an error, or no answer within
// 250 ms) leads go on unchecked, which is counted, and each process limits rates by itself; after a
// failure Redis is left alone for a second, so that a Redis that hangs costs one request that wait
// and not all of them.  Loop thread only.

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/coro/gatherer.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/metrics.h"
#include "common/redis/redis.h"
#include "services/ingest/receive/claim.h"
#include "services/ingest/receive/rate_limit.h"
#include "services/ingest/validate/lead_id.h"

namespace leadrelay::ingest {

struct IdempotencyOptions {
  absl::Duration in_flight_ttl;  // Longer than a publish can take.
  absl::Duration done_ttl;
};

class Idempotency {
 public:
  Idempotency(coro::Timers& timers,
              redis::Client& redis,
              observe::Metrics& metrics,
              IdempotencyOptions options);
  Idempotency(const Idempotency&) = delete;
  Idempotency& operator=(const Idempotency&) = delete;

  struct Admission {
    std::vector<Claim> claims;   // One for each lead that was asked about.
    absl::Duration retry_after;  // Of those that are kLimited.
    std::string owner;           // For Settle().
  };
  // `publisher` must outlive the call.  The leads' ids are distinct.
  coro::Task<Admission> Admit(const config::Publisher* publisher, std::vector<LeadIdentity> leads);

  // The end of a claim: accepted with this answer, or, when it is empty, not published.
  struct Settlement {
    LeadIdentity lead;
    std::string answer;
  };
  // To be awaited before the publisher is answered: whoever has our answer and asks again, here or
  // at another replica, gets it again and not "in flight".  A claim whose settlement is lost ends
  // by itself.
  coro::Task<void> Settle(const config::Publisher* publisher,
                          std::string owner,
                          std::vector<Settlement> settlements);

  // Waits for what is under way.  Before the end, when nobody calls any more.
  coro::Task<void> Close();

 private:
  struct Applicant {
    std::vector<LeadIdentity> leads;
    std::string owner;
  };
  struct Settled {
    std::string owner;
    std::vector<Settlement> settlements;
  };
  struct Done {};
  // What a publisher's requests ask at the same time goes in one call.
  struct Desk {
    using Admitting = coro::Gatherer<Applicant, Admission>;
    using Settling = coro::Gatherer<Settled, Done>;

    Desk(coro::Loop& loop, Admitting::Call admit, Settling::Call settle)
        : admitting(loop, {}, std::move(admit)), settling(loop, {}, std::move(settle)) {}

    Admitting admitting;
    Settling settling;
  };

  Desk& DeskOf(const config::Publisher& publisher);
  coro::Task<std::vector<Admission>> AdmitAll(const config::Publisher* publisher,
                                              std::vector<Applicant> applicants);
  coro::Task<std::vector<Done>> SettleAll(const config::Publisher* publisher,
                                          std::vector<Settled> all);
  bool available() const;
  void Failed(const absl::Status& why);
  void Worked();
  Admission AdmitAlone(const config::Publisher& publisher, size_t count);

  coro::Timers& timers_;
  redis::Client& redis_;
  IdempotencyOptions options_;
  observe::Counter unchecked_;
  std::map<std::string, std::unique_ptr<Desk>> desks_;  // By publisher.
  std::map<std::string, RateLimit> own_limits_;         // By publisher; used while Redis is away.
  std::string instance_;
  uint64_t requests_ = 0;
  bool degraded_ = false;
  absl::Duration left_alone_until_ = -absl::InfiniteDuration();
};

}  // namespace leadrelay::ingest
