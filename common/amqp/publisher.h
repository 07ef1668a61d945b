#pragma once
// Publisher: confirmed publishing on a connection and a thread of its own.
//
// rabbitmq-c blocks inside a publish while the broker has an alarm, so the loop hands messages over
// through a bounded queue and waits for the confirm as a Completion.  The thread reconnects for as
// long as the publisher lives (next address; after each round of addresses back-off, 100 ms
// doubling to 5 s), declares the topology again each time, and answers whatever was unconfirmed on
// the old connection with Unavailable.
//
// Nothing waits for a connection: while there is none, or the broker has blocked us, Publish()
// fails at once, so that a caller who owes somebody an answer can give it.  Under load, messages
// are held for up to 2 ms to go out together (publish_side.h); a lone one is not.
// All calls from the loop thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/amqp/connection_options.h"
#include "common/amqp/message.h"
#include "common/amqp/outlet.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::amqp {

struct PublisherOptions {
  ConnectionOptions connection;
  Topology topology;              // Declared at every (re)connection before anything is published.
  size_t max_unconfirmed = 4096;  // Messages handed over and not yet answered; above: refused.
  size_t max_unconfirmed_bytes = 64 << 20;
};

class Publisher final : public Outlet {
 public:
  Publisher(coro::Loop& loop, coro::Timers& timers, PublisherOptions options);
  ~Publisher() override;  // Aborts unless Close() has finished or Start() was never called.
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void Start();

  coro::Task<absl::Status> Publish(Message message,
                                   bool mandatory,
                                   absl::Duration timeout,
                                   std::stop_token stop) override;

  bool connected() const;      // Logged in, topology declared.
  bool blocked() const;        // The broker said connection.blocked.
  size_t unconfirmed() const;  // Includes what its caller has given up and the broker still has.
  std::string last_error() const;                      // Why it is not connected, for /readyz.
  void OnStateChange(std::function<void()> callback);  // On the loop.

  // Ends within two seconds even while the thread is stuck in a publish: what is unconfirmed is
  // answered with Cancelled.
  coro::Task<void> Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::amqp
