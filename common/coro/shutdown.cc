#include "common/coro/shutdown.h"

#include <csignal>
#include <cstdlib>
#include <utility>

namespace leadrelay::coro {
namespace {

uv_signal_t* Watch(Loop& loop, void* self, int number, uv_signal_cb callback) {
  auto* handle = new uv_signal_t;
  uv_signal_init(loop.raw(), handle);
  handle->data = self;
  uv_signal_start(handle, callback, number);
  return handle;
}

void CloseHandle(uv_signal_t* handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(handle),
           [](uv_handle_t* closed) { delete reinterpret_cast<uv_signal_t*>(closed); });
}

}  // namespace

Shutdown::Shutdown(Loop& loop) {
  auto on_signal = [](uv_signal_t* handle, int) {
    static_cast<Shutdown*>(handle->data)->OnSignal();
  };
  term_ = Watch(loop, this, SIGTERM, on_signal);
  interrupt_ = Watch(loop, this, SIGINT, on_signal);
}

Shutdown::~Shutdown() {
  if (term_ != nullptr) std::abort();
}

void Shutdown::Close() {
  CloseHandle(std::exchange(term_, nullptr));
  CloseHandle(std::exchange(interrupt_, nullptr));
}

void Shutdown::OnSignal() {
  if (!stop_.request_stop()) std::_Exit(130);
}

}  // namespace leadrelay::coro
