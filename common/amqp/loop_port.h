#pragma once
// LoopPort: the way from a connection's thread to the loop, until it is shut.  Shutting it is what
// lets the loop leave behind a thread that hangs in a name look-up: whatever that thread still has
// to say is dropped.

#include <functional>
#include <mutex>
#include <utility>

#include "common/coro/loop.h"

namespace leadrelay::amqp {

class LoopPort {
 public:
  explicit LoopPort(coro::Loop& loop) : loop_(&loop) {}
  LoopPort(const LoopPort&) = delete;
  LoopPort& operator=(const LoopPort&) = delete;

  // Runs `callback` on the loop, in the order of the calls.  Any thread.
  void Post(std::function<void()> callback) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (loop_ != nullptr) loop_->PostFromAnyThread(std::move(callback));
  }

  void Shut() {
    std::lock_guard<std::mutex> lock(mutex_);
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  coro::Loop* loop_;  // Guarded by mutex_; null once shut.
};

}  // namespace leadrelay::amqp
