#pragma once
// Client: one Redis server, hiredis' asynchronous API on the loop.
//
// Commands are pipelined on one connection.  It reconnects by itself with back-off (50 ms doubling
// to 2 s, jittered) for as long as it lives; while it is away every call fails at once with
// Unavailable: it never queues for later.  Loop thread only.

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

// A Lua script by name.  Define them as constants at namespace scope; the name is for errors.
struct Script {
  std::string_view name;
  std::string_view source;
};

class Client {
 public:
  Client(coro::Loop& loop, coro::Timers& timers, Options options);
  ~Client();  // Aborts unless Close() has finished.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Starts connecting.  Returns at once.
  void Start();

  // Waits until connected.  DeadlineExceeded with the last error when it takes longer.
  coro::Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop);

  // Errors: Unavailable (no connection, or it broke: whether the command ran is unknown),
  // DeadlineExceeded (the same doubt), Cancelled, FailedPrecondition (Redis answered an error).
  coro::Task<absl::StatusOr<Reply>> Command(std::vector<std::string> arguments,
                                            absl::Duration timeout,
                                            std::stop_token stop);

  // EVALSHA, and once more after SCRIPT LOAD when the server does not know the script.
  coro::Task<absl::StatusOr<Reply>> Eval(Script script,
                                         std::vector<std::string> keys,
                                         std::vector<std::string> arguments,
                                         absl::Duration timeout,
                                         std::stop_token stop);

  bool connected() const;
  // Called on the loop whenever connected() changes.
  void OnConnectionChange(std::function<void(bool connected)> callback);

  coro::Task<void> Close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::redis
