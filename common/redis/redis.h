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

#include <cstdint>
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
#include "common/redis/options.h"

namespace leadrelay::redis {

// A reply, copied out of hiredis so that it outlives the callback.
struct Reply {
  enum class Kind { kNil, kString, kInteger, kArray };
  Kind kind = Kind::kNil;
  std::string text;
  int64_t integer = 0;
  std::vector<Reply> items;
  friend bool operator==(const Reply&, const Reply&) = default;
};

// A Lua script by name.  Define them as constants at namespace scope: the client remembers their
// digests by the address of the source.  The name is for errors.
struct Script {
  std::string_view name;
  std::string_view source;
};

// Ends with its owner.  May outlive the client.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

class Client {
 public:
  Client(coro::Loop& loop, coro::Timers& timers, Options options);
  ~Client();  // Aborts unless Close() has finished or Start() was never called.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Starts connecting.  Returns at once.
  void Start();

  // Waits until connected.  DeadlineExceeded with the last error when it takes longer, Cancelled.
  coro::Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop);

  // Errors: Unavailable (no connection, or it broke: whether the command ran is unknown),
  // DeadlineExceeded (the same doubt), Cancelled, FailedPrecondition (Redis answered an error).
  coro::Task<absl::StatusOr<Reply>> Command(std::vector<std::string> arguments,
                                            absl::Duration timeout,
                                            std::stop_token stop);

  // EVALSHA, and EVAL when the server does not know the script (any more).
  coro::Task<absl::StatusOr<Reply>> Eval(Script script,
                                         std::vector<std::string> keys,
                                         std::vector<std::string> arguments,
                                         absl::Duration timeout,
                                         std::stop_token stop);

  // Calls `on_message` on the loop with what is published on `channel`, over a second connection
  // that the first subscription opens.  An empty text says that the subscription has begun, or
  // begun again: what was published before that has been missed, so look at the state itself.
  [[nodiscard]] std::unique_ptr<Subscription> Subscribe(
      std::string channel, std::function<void(std::string_view text)> on_message);

  bool connected() const;
  // Ok while connected; else what the last try to connect met.
  absl::Status status() const;
  // Names the server's process: another one after it restarted, which means that the last second of
  // writes may be lost (appendfsync everysec).  Empty before the first connection.
  std::string run_id() const;
  // Called on the loop whenever connected() changes; every callback must outlive the client.
  void OnConnectionChange(std::function<void(bool connected)> callback);

  // Fails every call under way with Unavailable, and waits until all of them have returned.
  coro::Task<void> Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::redis
