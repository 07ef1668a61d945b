#include "common/redis/hiredis_events.h"

#include <utility>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

namespace leadrelay::redis {
namespace {

class Events {
 public:
  Events(redisAsyncContext* context, uv_loop_t* loop, std::function<void()> on_error)
      : context_(context), on_error_(std::move(on_error)) {
    uv_poll_init(loop, &poll_, context->c.fd);
    uv_prepare_init(loop, &flush_);
    poll_.data = flush_.data = this;
    context->ev.data = this;
    context->ev.addRead = [](void* self) { Of(self)->Watch(UV_READABLE, 0); };
    context->ev.delRead = [](void* self) { Of(self)->Watch(0, UV_READABLE); };
    context->ev.addWrite = [](void* self) { Of(self)->WriteSoon(); };
    context->ev.delWrite = [](void* self) { Of(self)->Watch(0, UV_WRITABLE); };
    context->ev.cleanup = [](void* self) { Of(self)->Close(); };
  }

 private:
  static Events* Of(void* self) { return static_cast<Events*>(self); }

  bool connected() const { return (context_->c.flags & REDIS_CONNECTED) != 0; }

  void Watch(int set, int clear) {
    const int watched = (watched_ | set) & ~clear;
    if (watched == watched_) return;
    watched_ = watched;
    if (watched_ == 0) {
      uv_poll_stop(&poll_);
    } else {
      uv_poll_start(&poll_, watched_, [](uv_poll_t* poll, int status, int events) {
        Of(poll->data)->OnPoll(status, events);
      });
    }
  }

  // hiredis takes the first writability for the end of connect(2), so until then it has to be real.
  void WriteSoon() {
    if (flushing_ || !connected()) {
      Watch(UV_WRITABLE, 0);
    } else if ((watched_ & UV_WRITABLE) == 0) {
      uv_prepare_start(&flush_, [](uv_prepare_t* flush) { Of(flush->data)->Flush(); });
    }
  }

  void Flush() {
    uv_prepare_stop(&flush_);
    flushing_ = true;
    redisAsyncHandleWrite(context_);
    flushing_ = false;
  }

  // hiredis may free the context in either call; this object lives until its handles are closed.
  void OnPoll(int status, int events) {
    if (status < 0) {  // libuv has stopped the handle.
      watched_ = 0;
      redisAsyncHandleRead(context_);
      if (context_ != nullptr) on_error_();
      return;
    }
    if ((events & UV_READABLE) != 0) redisAsyncHandleRead(context_);
    if (context_ != nullptr && (events & UV_WRITABLE) != 0) redisAsyncHandleWrite(context_);
  }

  void Close() {
    context_ = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), &Events::OnClosed);
    uv_close(reinterpret_cast<uv_handle_t*>(&flush_), &Events::OnClosed);
  }
  static void OnClosed(uv_handle_t* handle) {
    Events* self = Of(handle->data);
    if (--self->open_handles_ == 0) delete self;
  }

  redisAsyncContext* context_;
  std::function<void()> on_error_;
  uv_poll_t poll_{};
  uv_prepare_t flush_{};
  int open_handles_ = 2;
  int watched_ = 0;
  bool flushing_ = false;
};

}  // namespace

void AttachToLoop(redisAsyncContext* context, uv_loop_t* loop, std::function<void()> on_error) {
  new Events(context, loop, std::move(on_error));  // Deletes itself: Close().
}

}  // namespace leadrelay::redis
