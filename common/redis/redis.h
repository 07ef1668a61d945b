#pragma once
// Client: one Redis server, hiredis' asynchronous API on the loop.
//
// Commands are pipelined on one connection.  It reconnects by itself with back-off (50 ms doubling
// to 2 s, jittered) for as long as it lives; while it is away every call fails at once with
// Unavailable: it never queues for later.  A server from which nothing comes back is noticed too: a
// command that misses its deadline, or 10 s of silence, make the client ask with a PING, and 2 s
// without any answer end the connection.
//
// One Redis, not a cluster: scripts and transactions of this project touch keys of several slots.
// Start() makes the process ignore SIGPIPE, because hiredis writes with write(2).
// Loop thread only.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/redis/commands.h"
#include "common/redis/options.h"

namespace leadrelay::redis {

class Client final : public Commands {
 public:
  Client(coro::Loop& loop, coro::Timers& timers, Options options);
  ~Client() override;  // Aborts unless Close() has finished or Start() was never called.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Starts connecting.  Returns at once.
  void Start();

  coro::Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop) override;
  coro::Task<absl::StatusOr<Reply>> Command(std::vector<std::string> arguments,
                                            absl::Duration timeout,
                                            std::stop_token stop) override;
  // EVALSHA, and EVAL when the server does not know the script (any more).
  coro::Task<absl::StatusOr<Reply>> Eval(Script script,
                                         std::vector<std::string> keys,
                                         std::vector<std::string> arguments,
                                         absl::Duration timeout,
                                         std::stop_token stop) override;
  // Over a second connection, which the first subscription opens.
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(
      std::string channel, std::function<void(std::string_view text)> on_message) override;

  bool connected() const override;
  std::string run_id() const override;
  // Ok while connected; else what the last try to connect met.
  absl::Status status() const;
  // Called on the loop whenever connected() changes; every callback must outlive the client.
  void OnConnectionChange(std::function<void(bool connected)> callback);

  // Fails every call under way with Unavailable, and waits until all of them have returned.
  coro::Task<void> Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::redis
