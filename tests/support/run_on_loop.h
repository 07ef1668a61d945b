#pragma once
// RunOnLoop: runs a coroutine test body to its end on a loop and timers of its own.
//
//   Task<void> Body(test::OnLoop& on) { ... EXPECT_EQ(...); }
//   TEST(Thing, Does) { test::RunOnLoop(Body); }
//
// ASSERT_* returns plainly and does not compile in a coroutine: use EXPECT_* and co_return.

#include <functional>

#include "common/coro/clock.h"
#include "common/coro/loop.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"

namespace leadrelay::test {

struct OnLoop {
  coro::Loop& loop;
  coro::Timers& timers;
};

namespace internal {

inline coro::Task<void> RunBody(coro::Loop& loop,
                                coro::Clock& clock,
                                std::function<coro::Task<void>(OnLoop&)> body) {
  coro::Timers timers(loop, clock);
  OnLoop on{loop, timers};
  co_await body(on);
  timers.Close();
}

}  // namespace internal

inline void RunOnLoop(std::function<coro::Task<void>(OnLoop&)> body,
                      coro::Clock& clock = coro::Clock::System()) {
  coro::Loop loop;
  loop.Run(internal::RunBody(loop, clock, std::move(body)));
}

}  // namespace leadrelay::test
