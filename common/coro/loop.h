#pragma once
// Loop: the one thread of a process that runs coroutines, over one libuv loop.
//
// Everything here belongs to that thread, except PostFromAnyThread().

#include <coroutine>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include <uv.h>

#include "common/coro/task.h"

namespace leadrelay::coro {

class Loop {
 public:
  Loop();
  // Aborts when a libuv handle is still open: whoever opened it had to close it first.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs until `main` has finished, then until every handle that is closing has closed.  Once.
  void Run(Task<void> main);

  // Instead of Run(), for who brings about every event himself: resumes what is ready, until
  // nothing is.  Nothing of libuv's is looked at: no timer, no socket.
  void RunReady();

  // Resumes `waiter` on the next turn.  Never inline: a producer does not run its consumer on its
  // own stack.
  void Post(std::coroutine_handle<> waiter);

  // Runs `callback` on the loop's thread.  The only call that other threads may make; safe until
  // the loop is destroyed, and a callback that arrives after Run() has returned is dropped.
  void PostFromAnyThread(std::function<void()> callback);

  uv_loop_t* raw() { return &loop_; }

 private:
  void DrainReady();
  void DrainForeign();

  uv_loop_t loop_;
  uv_idle_t idle_;    // Active only while ready_ is not empty.
  uv_async_t async_;  // Wakes the loop for PostFromAnyThread().
  std::deque<std::coroutine_handle<>> ready_;
  std::mutex mutex_;
  bool accepting_foreign_ = true;               // Guarded by mutex_.
  std::vector<std::function<void()>> foreign_;  // Guarded by mutex_.
};

}  // namespace leadrelay::coro
