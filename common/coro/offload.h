#pragma once
// Offload: runs blocking work (SQLite, files) on libuv's thread pool and resumes on the loop.
// The work must own or share all it touches; it cannot be stopped once it has begun.

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <uv.h>

#include "common/coro/completion.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"

namespace leadrelay::coro {

template <typename Work>
Task<std::invoke_result_t<Work>> Offload(Loop& loop, Work work) {
  using Result = std::invoke_result_t<Work>;
  struct Job {
    explicit Job(Loop& on, Work w) : work(std::move(w)), done(on) {}
    Work work;
    std::optional<Result> result;
    Completion<bool> done;
    uv_work_t request{};
  };
  Job job(loop, std::move(work));
  job.request.data = &job;
  uv_queue_work(
      loop.raw(),
      &job.request,
      [](uv_work_t* request) {
        auto* self = static_cast<Job*>(request->data);
        self->result.emplace(self->work());
      },
      [](uv_work_t* request, int) { static_cast<Job*>(request->data)->done.Set(true); });
  (void)co_await job.done;
  co_return std::move(*job.result);
}

}  // namespace leadrelay::coro
