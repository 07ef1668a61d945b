#pragma once
// Acceptor: the one way in.  HTTP requests, batches, forms and AMQP messages all become submissions
// and get a verdict each here.  Loop thread only.
//
//   prepare (pure) -> claim and rate limit (one Redis round trip) -> publish, all side by side,
//   each confirmed by the broker, or else kept in the spool -> settle the claims
//
// A verdict of acceptance means that the broker has the lead, durably, for the ledger and for every
// destination, or that the spool has it, which sees to that later.  Always within the publish
// timeout plus the 250 ms that settling may take, and with a spool its kSpoolPatience.

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/config/config.h"
#include "common/coro/loop.h"
#include "common/coro/semaphore.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/receive/idempotency.h"
#include "services/ingest/receive/meters.h"
#include "services/ingest/receive/prepare.h"
#include "services/ingest/receive/verdict.h"
#include "services/ingest/spool/spool.h"

namespace leadrelay::ingest {

class Acceptor {
 public:
  // What it works with; all outlive it.
  struct Parts {
    coro::Loop& loop;
    coro::Timers& timers;
    const Preparer& preparer;
    Idempotency& idempotency;
    LeadPublisher& publisher;
    Meters& meters;
    // Where leads go that the broker does not confirm; null: nowhere, and they are not accepted.
    Spool* spool = nullptr;
  };
  static constexpr absl::Duration kSpoolPatience = absl::Seconds(5);
  struct Options {
    absl::Duration publish_timeout;
    int publishes_of_batches =
        2048;  // At once, of all batches together: single leads get the rest.
  };
  Acceptor(Parts parts, Options options);

  // One verdict for each submission, in order.  `publisher` outlives the call.  `traceparent` is
  // the request's, or empty.
  coro::Task<std::vector<Verdict>> Accept(const config::Publisher* publisher,
                                          std::vector<Submission> submissions,
                                          std::string traceparent,
                                          std::stop_token stop);

 private:
  struct Lead;
  struct Run;

  bool CannotAccept() const;
  coro::Task<void> Prepare(Run& run);
  void FoldRepetitions(Run& run);
  coro::Task<void> Admit(Run& run);
  coro::Task<void> PublishAll(Run& run);
  coro::Task<void> PublishOne(Run& run, Lead& lead);
  coro::Task<void> PublishInBatch(Run& run, Lead& lead, coro::Semaphore::Permit permit);
  coro::Task<absl::Status> MakeSafe(Run& run, amqp::Message message);
  coro::Task<void> Settle(Run& run);
  std::vector<Verdict> Verdicts(Run& run);

  Parts parts_;
  Options options_;
  coro::Semaphore batch_places_;
};

}  // namespace leadrelay::ingest
