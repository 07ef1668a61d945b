#pragma once
// Drain: publishes what the spool holds, oldest segment first, as soon as the broker takes leads.
//
// Messages go out in the order in which they were kept, up to `window` of them unconfirmed at a
// time; what is not confirmed is published again, with the same ids.  What a queue refuses (nack,
// unroutable) is kept once more, behind all others: one destination's queue that is full or broken
// holds up nobody else's leads.  A segment is released once all of it is confirmed, or kept anew.
// When a process dies before that, its next life publishes the segment once more: everything
// downstream knows the ids.
//
// Nothing is asked for in turns: it waits for the broker's connection and for leads in the spool,
// and backs off between attempts that the broker does not confirm.  Loop thread only.

#include <deque>
#include <stop_token>

#include "absl/time/time.h"

#include "common/coro/loop.h"
#include "common/coro/semaphore.h"
#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "services/ingest/publish/lead_publisher.h"
#include "services/ingest/spool/spool.h"

namespace leadrelay::ingest {

struct DrainOptions {
  absl::Duration publish_timeout = absl::Seconds(5);
  int window = 1024;  // A part of what may be unconfirmed: new leads get the rest.
};

class Drain {
 public:
  // All outlive it.
  Drain(coro::Loop& loop,
        coro::Timers& timers,
        LeadPublisher& publisher,
        Spool& spool,
        SpoolMeters& meters,
        DrainOptions options);

  coro::Task<void> Run(std::stop_token stop);
  // The connection to the broker has come, or gone, or is no longer blocked.
  void BrokerChanged();

 private:
  // A segment on its way out.
  struct Going;

  coro::Task<void> AwaitWork(std::stop_token stop);
  coro::Task<void> DrainOldest(std::stop_token stop);
  coro::Task<void> PublishAll(Going& going, std::stop_token stop);
  coro::Task<void> PublishRound(Going& going, std::stop_token stop);
  coro::Task<void> MoveToTheBack(Going& going);
  coro::Task<void> KeepAnew(Going& going, size_t index);
  coro::Task<void> PublishOne(Going& going,
                              size_t index,
                              coro::Semaphore::Permit permit,
                              std::stop_token stop);
  coro::Task<void> Pause(std::stop_token stop);

  coro::Loop& loop_;
  coro::Timers& timers_;
  LeadPublisher& publisher_;
  Spool& spool_;
  SpoolMeters& meters_;
  const DrainOptions options_;
  coro::Semaphore places_;
  coro::Signal work_;    // There may be something to do.
  coro::Signal broker_;  // The connection has changed.
  absl::Duration pause_;
};

}  // namespace leadrelay::ingest
