#pragma once
// Commands: what is asked of a Redis.  Client (redis.h) is the one that has a server; whoever only
// asks takes this.  Loop thread only.

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/coro/task.h"

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

// Ends with its owner.  May outlive what it came from.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

class Commands {
 public:
  virtual ~Commands() = default;

  // Waits until connected.  DeadlineExceeded with the last error when it takes longer, Cancelled.
  virtual coro::Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop) = 0;

  // Errors: Unavailable (no connection, or it broke: whether the command ran is unknown),
  // DeadlineExceeded (the same doubt), Cancelled, FailedPrecondition (Redis answered an error).
  virtual coro::Task<absl::StatusOr<Reply>> Command(std::vector<std::string> arguments,
                                                    absl::Duration timeout,
                                                    std::stop_token stop) = 0;

  virtual coro::Task<absl::StatusOr<Reply>> Eval(Script script,
                                                 std::vector<std::string> keys,
                                                 std::vector<std::string> arguments,
                                                 absl::Duration timeout,
                                                 std::stop_token stop) = 0;

  // Calls `on_message` on the loop with what is published on `channel`.  An empty text says that
  // the subscription has begun, or begun again: what was published before that has been missed, so
  // look at the state itself.
  [[nodiscard]] virtual std::unique_ptr<Subscription> Subscribe(
      std::string channel, std::function<void(std::string_view text)> on_message) = 0;

  virtual bool connected() const = 0;
  // Names the server's process: another one after it restarted, which means that the last second of
  // writes may be lost (appendfsync everysec).  Empty before the first connection.
  virtual std::string run_id() const = 0;
};

}  // namespace leadrelay::redis
