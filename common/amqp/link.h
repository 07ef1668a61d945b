#pragma once
// Link: a thread that keeps a session with the broker alive for one side, the publisher's or the
// consumer's.
//
// The thread sleeps in poll(socket, eventfd) until the broker or the loop has something for it, or
// a heartbeat is due: twice per interval when idle.  It heeds the heartbeats (a broker that has
// been silent for two intervals is gone) and what concerns the connection as a whole:
// connection.blocked, unblocked and close.  When the session ends it goes on with the next
// address, beginning at a random one; after each round of addresses it waits (Backoff, 100 ms to
// 5 s), and a connection that held for 5 s starts the waits anew.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/amqp/connection_options.h"
#include "common/amqp/loop_port.h"
#include "common/amqp/session.h"
#include "common/coro/completion.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::amqp {

struct LinkState {
  bool connected = false;   // Begin() has succeeded and End() has not been called.
  bool blocked = false;     // The broker does not take publishes at the moment.
  uint64_t connection = 0;  // Counts the sessions, from 1.
  std::string last_error;   // Why it is not connected; empty when it is.
  friend bool operator==(const LinkState&, const LinkState&) = default;
};

class Link {
 public:
  // What is done with the session.  All calls on the link's thread.
  class Side {
   public:
    virtual ~Side() = default;

    // The session has just logged in: declare, subscribe.  An error ends it.
    virtual absl::Status Begin(Session& session, uint64_t connection) = 0;

    // A frame on any channel but 0.  An error ends the session.
    virtual absl::Status OnFrame(Session& session, const amqp_frame_t& frame) = 0;

    // When Turn() wants to be called again, besides at the next frame, Wake() or heartbeat.
    struct Next {
      bool when_writable = false;  // As soon as the socket takes more.
      absl::Duration within = absl::InfiniteDuration();
    };

    // Once per wake-up, after the frames: sends what the loop has asked for and hands it what has
    // come.
    virtual absl::StatusOr<Next> Turn(Session& session, bool blocked) = 0;

    // The link is to stop: what must still go out.  Not called when the session has broken.
    virtual void Finish(Session& session) = 0;

    // The session is over, also when Begin() has failed.
    virtual void End(const absl::Status& why) = 0;
  };

  // `on_state` is called on the loop at every change.
  Link(coro::Timers& timers,
       ConnectionOptions options,
       std::shared_ptr<LoopPort> port,
       std::shared_ptr<Side> side,
       std::function<void(LinkState)> on_state);
  ~Link();  // Aborts while the thread runs.
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void Start();  // Once.  Loop thread.
  void Wake();   // Makes the thread call Turn() soon.  Any thread.

  // Ends the thread within two seconds: asks it, cuts its socket after one, and leaves it behind
  // when it hangs in a name look-up.  Nothing of it reaches the loop afterwards.  Loop thread.
  coro::Task<void> Close();

 private:
  class Runner;

  coro::Timers& timers_;
  std::shared_ptr<LoopPort> port_;
  std::shared_ptr<Runner> runner_;  // Shared with the thread, which may be left behind.
  std::thread thread_;
  coro::Completion<bool> ended_;
};

}  // namespace leadrelay::amqp
