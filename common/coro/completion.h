#pragma once
// Completion<T>: a one-shot result, and the only awaiter of the program.
//
// A library's callback, a deadline and a stop request all race to Set() it; the first one wins and
// the others are told so.  One coroutine may wait.  Loop thread only.

#include <coroutine>
#include <optional>
#include <utility>

#include "common/coro/loop.h"

namespace leadrelay::coro {

template <typename T>
class Completion {
 public:
  explicit Completion(Loop& loop) : loop_(loop) {}
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  // True when this call decided the result.
  bool Set(T value) {
    if (value_.has_value()) return false;
    value_.emplace(std::move(value));
    if (waiter_) loop_.Post(std::exchange(waiter_, nullptr));
    return true;
  }
  bool is_set() const { return value_.has_value(); }

  bool await_ready() const noexcept { return value_.has_value(); }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  T await_resume() { return std::move(*value_); }

 private:
  Loop& loop_;
  std::coroutine_handle<> waiter_ = nullptr;
  std::optional<T> value_;
};

}  // namespace leadrelay::coro
