#pragma once
// Link: one connection to Redis at a time, as often as its owner opens it again.
//
// hiredis cannot withdraw a command, so its node outlives a caller that has given up: node and
// caller point at each other, and whichever dies first tells the other.  Loop thread only.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/coro/completion.h"
#include "common/coro/loop.h"
#include "common/coro/signal.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/redis/redis.h"

struct redisAsyncContext;

namespace leadrelay::redis {

class Link {
 public:
  Link(coro::Loop& loop, coro::Timers& timers);
  ~Link();  // Aborts while connected.
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Resolves, connects to the first address that answers, authenticates and selects.  Each step has
  // options.connect_timeout, the name look-up aside; errors say which it was.
  coro::Task<absl::Status> Connect(Options options, std::stop_token stop);

  // Ends the connection.  Calls under way get Unavailable with `why`.
  void Drop(std::string why);

  bool connected() const { return connected_; }
  const std::string& why_lost() const { return why_lost_; }
  const std::string& run_id() const { return run_id_; }

  // As Client::Command.
  coro::Task<absl::StatusOr<Reply>> Call(std::vector<std::string> arguments,
                                         absl::Duration timeout,
                                         std::stop_token stop);

  // Turns this into a connection that only listens: Call() is not for it any more.
  // `on_message(channel, text)` must outlive the connection; the text is empty when the
  // subscription has been confirmed.
  using OnMessage = std::function<void(std::string_view channel, std::string_view text)>;
  void Subscribe(const std::string& channel, const OnMessage* on_message);

  // Sends something that is answered; the answer only counts as a sign of life.
  void Ping();
  absl::Duration last_heard() const { return last_heard_; }  // By the monotonic clock.
  bool doubtful() const {
    return doubtful_;
  }  // A command got no answer in time, and nothing since.

  // Notified when the connection is lost or has become doubtful.
  coro::Signal& trouble() { return trouble_; }

 private:
  struct Waiter;
  struct Node;

  coro::Task<absl::Status> Open(const std::string* ip,
                                const Options* options,
                                std::stop_token stop);
  coro::Task<absl::Status> Greet(const Options* options, std::stop_token stop);
  bool Send(const std::vector<std::string>& arguments, Waiter* waiter);
  void Lost(std::string why);
  void Heard();
  void Missed();

  static void OnConnect(const redisAsyncContext* context, int status);
  static void OnDisconnect(const redisAsyncContext* context, int status);
  static void OnReply(redisAsyncContext* context, void* reply, void* node);
  static void OnPublished(redisAsyncContext* context, void* reply, void* on_message);

  coro::Loop& loop_;
  coro::Timers& timers_;
  coro::Signal trouble_;
  redisAsyncContext* context_ = nullptr;
  coro::Completion<absl::Status>* opened_ = nullptr;  // Whoever waits in Open().
  bool connected_ = false;                            // And greeted.
  bool doubtful_ = false;
  absl::Duration last_heard_;
  std::string peer_ = "redis";  // "redis at 127.0.0.1:6379", for errors.
  std::string why_lost_ = "not connected yet";
  std::string run_id_;
  const OnMessage* on_message_ = nullptr;  // Of a connection that listens.
};

}  // namespace leadrelay::redis
