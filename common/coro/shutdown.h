#pragma once
// Shutdown: turns the first SIGTERM or SIGINT into a stop request.  A second one ends the process
// at once, for the operator who will not wait.  Loop thread only.

#include <stop_token>

#include <uv.h>

#include "common/coro/loop.h"

namespace leadrelay::coro {

class Shutdown {
 public:
  explicit Shutdown(Loop& loop);
  ~Shutdown();  // Aborts unless Close() was called.
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  std::stop_token stop_token() const { return stop_.get_token(); }
  void RequestStop() { stop_.request_stop(); }
  void Close();

 private:
  void OnSignal();

  uv_signal_t* term_;
  uv_signal_t* interrupt_;
  std::stop_source stop_;
};

}  // namespace leadrelay::coro
