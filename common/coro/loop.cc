#include "common/coro/loop.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>

namespace leadrelay::coro {
namespace {

// The outermost frame: started at once, owned by Loop::Run.
struct Root {
  struct promise_type {
    Root get_return_object() {
      return Root{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Root RunRoot(Task<void> main, bool* done) {
  co_await std::move(main);
  *done = true;
}

}  // namespace

Loop::Loop() {
  uv_loop_init(&loop_);
  uv_idle_init(&loop_, &idle_);
  uv_async_init(
      &loop_, &async_, [](uv_async_t* async) { static_cast<Loop*>(async->data)->DrainForeign(); });
  idle_.data = async_.data = this;
}

Loop::~Loop() {
  if (accepting_foreign_) {  // Never ran: the two handles are still ours to close.
    uv_close(reinterpret_cast<uv_handle_t*>(&idle_), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&async_), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
  }
  if (uv_loop_close(&loop_) != 0) {
    std::fprintf(stderr, "coro::Loop destroyed while libuv handles are open\n");
    std::abort();
  }
}

void Loop::Run(Task<void> main) {
  bool done = false;
  Root root = RunRoot(std::move(main), &done);
  while (!done) uv_run(&loop_, UV_RUN_ONCE);
  root.handle.destroy();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    accepting_foreign_ = false;
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&idle_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&async_), nullptr);
  uv_run(&loop_, UV_RUN_DEFAULT);
}

void Loop::RunReady() {
  while (!ready_.empty()) DrainReady();
}

void Loop::Post(std::coroutine_handle<> waiter) {
  ready_.push_back(waiter);
  if (ready_.size() == 1) {
    uv_idle_start(&idle_, [](uv_idle_t* idle) { static_cast<Loop*>(idle->data)->DrainReady(); });
  }
}

void Loop::DrainReady() {
  // Only what was ready at the start: a coroutine that posts itself again must not starve I/O.
  for (size_t left = ready_.size(); left > 0; --left) {
    std::coroutine_handle<> next = ready_.front();
    ready_.pop_front();
    next.resume();
  }
  if (ready_.empty()) uv_idle_stop(&idle_);
}

void Loop::PostFromAnyThread(std::function<void()> callback) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!accepting_foreign_) return;
  foreign_.push_back(std::move(callback));
  if (foreign_.size() == 1) uv_async_send(&async_);
}

void Loop::DrainForeign() {
  std::vector<std::function<void()>> batch;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    batch.swap(foreign_);
  }
  for (std::function<void()>& callback : batch) callback();
}

}  // namespace leadrelay::coro
