#pragma once
// Collector: takes what leads.ledger and leads.dead hold into the ledger.
//
// Messages are gathered (up to 500, or 25 ms), recorded in one transaction, and acknowledged after
// its commit: a message that is acked is on the disk.  When the ledger cannot write (disk full,
// file locked), nothing is acked, the same messages are tried again with a growing pause, and
// /readyz says why; they stay in the queue meanwhile and nothing is lost.  A single message that
// the ledger refuses for good is recorded as unreadable, with its bytes, and does not hold up the
// rest. Loop thread only.

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/amqp/inlet.h"
#include "common/coro/mailbox.h"
#include "common/coro/scope.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "services/dlq/ledger/ledger.h"

namespace leadrelay::dlq {

class Collector {
 public:
  Collector(coro::Timers& timers,
            Ledger& ledger,
            observe::Metrics& metrics,
            observe::Health& health,
            amqp::Inlet& inlet);  // Of what Receive() gets.

  void Start();
  void Receive(amqp::Delivery delivery);
  // Takes nothing new, finishes the transaction at hand, acknowledges.
  coro::Task<void> Stop();

 private:
  using Batch = std::vector<amqp::Delivery>;
  coro::Task<void> Run(std::stop_token stop);
  coro::Task<void> RecordSlice(Batch slice, std::stop_token stop);
  // False when `stop` came before it was recorded.
  coro::Task<bool> RecordAndAck(Batch& batch, std::stop_token stop);
  coro::Task<absl::Status> TryRecord(Batch& batch, std::stop_token stop);
  coro::Task<bool> RecordAsUnreadable(Batch& single, std::string why, std::stop_token stop);
  // Waits before the next try.  False when `stop` came first.
  coro::Task<bool> Fail(absl::Status failed, std::stop_token stop);
  void Succeed(size_t messages, absl::Duration took);

  coro::Timers& timers_;
  Ledger& ledger_;
  coro::Mailbox<amqp::Delivery> arrived_;
  amqp::Inlet& inlet_;
  coro::Scope scope_;
  observe::Health::Progress& progress_;
  std::optional<std::string> trouble_;  // Why the last write failed.
  absl::Duration pause_;
  observe::Counter messages_;
  observe::Counter failures_;
  observe::Counter unreadable_;
  observe::Histogram seconds_;
};

}  // namespace leadrelay::dlq
