#pragma once
// Scope: the only way to start work that runs beside its starter.
//
// A scope owns every task that is spawned into it, hands out one stop token for all of them, and
// must be joined before it is destroyed: a live task in a dying scope aborts the process.
// An exception that leaves a spawned task terminates the process.  Loop thread only.

#include <cstdlib>
#include <exception>
#include <stop_token>
#include <utility>

#include "common/coro/completion.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"

namespace leadrelay::coro {

class Scope {
 public:
  explicit Scope(Loop& loop) : drained_(loop) {}
  ~Scope() {
    if (live_ != 0) std::abort();
  }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  // Starts `task` now.  False, and the task is dropped unstarted, once Join() has been called.
  bool Spawn(Task<void> task) {
    if (joining_) return false;
    ++live_;
    Run(std::move(task), this);
    return true;
  }

  std::stop_token stop_token() const { return stop_.get_token(); }
  void RequestStop() { stop_.request_stop(); }

  // Refuses new work and waits for every spawned task.  RequestStop() first for a prompt end.
  Task<void> Join() {
    joining_ = true;
    if (live_ > 0) (void)co_await drained_;
  }

  int live() const { return live_; }

 private:
  struct Runner {
    struct promise_type {
      Runner get_return_object() const noexcept { return {}; }
      std::suspend_never initial_suspend() const noexcept { return {}; }
      std::suspend_never final_suspend() const noexcept { return {}; }  // Frees itself.
      void return_void() const noexcept {}
      [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
  };

  static Runner Run(Task<void> task, Scope* scope) {
    {
      Task<void> owned = std::move(task);
      co_await std::move(owned);
    }  // The task's frame is gone before Leave().
    scope->Leave();
  }

  void Leave() {
    if (--live_ == 0 && joining_) drained_.Set(true);
  }

  std::stop_source stop_;
  Completion<bool> drained_;
  int live_ = 0;
  bool joining_ = false;
};

}  // namespace leadrelay::coro
