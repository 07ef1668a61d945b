// Task, Scope, Timers, Signal, Mailbox, Semaphore, Offload.

#include <stdexcept>

#include <gtest/gtest.h>

#include "common/coro/mailbox.h"
#include "common/coro/offload.h"
#include "common/coro/scope.h"
#include "common/coro/semaphore.h"
#include "common/coro/signal.h"
#include "tests/support/fake_clock.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::coro {
namespace {

using test::FakeClock;
using test::OnLoop;
using test::RunOnLoop;

Task<int> Throws() {
  throw std::runtime_error("boom");
  co_return 1;
}

Task<void> Turn(OnLoop& on) {
  // One turn of the loop: whatever has been posted so far runs before this resumes.
  Completion<bool> done(on.loop);
  on.loop.PostFromAnyThread([&done] { done.Set(true); });
  (void)co_await done;
}

TEST(TaskTest, CarriesAnExceptionToItsAwaiter) {
  RunOnLoop([](OnLoop&) -> Task<void> {
    std::string caught;
    try {
      (void)co_await Throws();
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "boom");
  });
}

Task<void> Note(std::vector<int>& order, int what) {
  order.push_back(what);
  co_return;
}

TEST(TaskTest, IsLazyAndFreesWhatItNeverStarted) {
  RunOnLoop([](OnLoop&) -> Task<void> {
    std::vector<int> order;
    auto dropped = std::make_unique<Task<void>>(Note(order, 1));
    dropped.reset();
    Task<void> kept = Note(order, 2);
    EXPECT_TRUE(order.empty());
    co_await std::move(kept);
    EXPECT_EQ(order, std::vector<int>{2});
  });
}

Task<void> SleepInto(Timers& timers,
                     absl::Duration how_long,
                     std::stop_token stop,
                     std::vector<absl::StatusCode>& ends) {
  absl::Status slept = co_await timers.Sleep(how_long, stop);
  ends.push_back(slept.code());
}

TEST(TimersTest, FireInOrderOfTheirDeadlinesAndNeverEarly) {
  FakeClock clock;
  RunOnLoop(
      [&clock](OnLoop& on) {
        return [](OnLoop& o, FakeClock& c) -> Task<void> {
          std::vector<absl::StatusCode> ends;
          Scope scope(o.loop);
          scope.Spawn(SleepInto(o.timers, absl::Seconds(60), scope.stop_token(), ends));
          c.Advance(absl::Seconds(60) - absl::Nanoseconds(1), &o.timers);
          co_await Turn(o);
          EXPECT_TRUE(ends.empty());
          c.Jump(absl::Hours(5));  // A wall clock that jumps moves no deadline.
          o.timers.FireDue();
          co_await Turn(o);
          EXPECT_TRUE(ends.empty());
          c.Advance(absl::Nanoseconds(1), &o.timers);
          co_await scope.Join();
          EXPECT_EQ(ends, std::vector{absl::StatusCode::kOk});
          EXPECT_EQ(o.timers.pending(), 0u);
        }(on, clock);
      },
      clock);
}

TEST(ScopeTest, StopEndsEveryTaskAndJoinWaitsForThem) {
  FakeClock clock;
  RunOnLoop(
      [](OnLoop& on) -> Task<void> {
        std::vector<absl::StatusCode> ends;
        Scope scope(on.loop);
        for (int i = 0; i < 3; ++i) {
          scope.Spawn(SleepInto(on.timers, absl::Hours(1), scope.stop_token(), ends));
        }
        EXPECT_EQ(scope.live(), 3);
        scope.RequestStop();
        co_await scope.Join();
        EXPECT_EQ(ends, std::vector(3, absl::StatusCode::kCancelled));
        EXPECT_FALSE(scope.Spawn(SleepInto(on.timers, absl::Hours(1), {}, ends)));
        EXPECT_EQ(on.timers.pending(), 0u);
      },
      clock);
}

Task<void> TakeInto(Mailbox<int>& box,
                    size_t max,
                    absl::Duration linger,
                    std::stop_token stop,
                    std::vector<std::vector<int>>& taken) {
  std::vector<int> batch = co_await box.Take(max, linger, stop);
  taken.push_back(std::move(batch));
}

TEST(MailboxTest, LingersForAFullBatchAndNoLonger) {
  FakeClock clock;
  RunOnLoop(
      [&clock](OnLoop& on) {
        return [](OnLoop& o, FakeClock& c) -> Task<void> {
          Mailbox<int> box(o.timers);
          std::vector<std::vector<int>> taken;
          Scope scope(o.loop);
          scope.Spawn(TakeInto(box, 3, absl::Milliseconds(20), scope.stop_token(), taken));
          box.Push(1);
          co_await Turn(o);
          EXPECT_TRUE(taken.empty());
          c.Advance(absl::Milliseconds(20), &o.timers);
          co_await scope.Join();
          EXPECT_EQ(taken, (std::vector<std::vector<int>>{{1}}));
          for (int i = 2; i < 6; ++i) box.Push(i);
          std::vector<int> full = co_await box.Take(3, absl::Hours(1), {});
          EXPECT_EQ(full, (std::vector<int>{2, 3, 4}));
          EXPECT_EQ(box.size(), 1u);
        }(on, clock);
      },
      clock);
}

Task<void> Hold(
    Semaphore& semaphore, int who, Signal& release, std::stop_token stop, std::vector<int>& order) {
  absl::StatusOr<Semaphore::Permit> permit =
      co_await semaphore.Acquire(absl::InfiniteDuration(), stop);
  if (!permit.ok()) co_return;
  order.push_back(who);
  (void)co_await release.Wait(absl::InfiniteDuration(), stop);
}

TEST(SemaphoreTest, ServesInOrderAndNeverMoreThanItsPlaces) {
  FakeClock clock;
  RunOnLoop(
      [](OnLoop& on) -> Task<void> {
        Semaphore semaphore(on.timers, 2);
        Signal release(on.timers);
        std::vector<int> order;
        Scope scope(on.loop);
        for (int i = 0; i < 5; ++i) {
          scope.Spawn(Hold(semaphore, i, release, scope.stop_token(), order));
        }
        co_await Turn(on);
        EXPECT_EQ(order, (std::vector<int>{0, 1}));
        EXPECT_EQ(semaphore.waiting(), 3u);
        release.NotifyAll();
        for (int i = 0; i < 3; ++i) co_await Turn(on);
        EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
        scope.RequestStop();
        co_await scope.Join();
        EXPECT_EQ(semaphore.free(), 2);
      },
      clock);
}

TEST(OffloadTest, RunsElsewhereAndResumesOnTheLoop) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    std::thread::id here = std::this_thread::get_id();
    std::function<std::thread::id()> work = [] { return std::this_thread::get_id(); };
    std::thread::id there = co_await Offload(on.loop, std::move(work));
    EXPECT_NE(here, there);
    EXPECT_EQ(here, std::this_thread::get_id());
  });
}

}  // namespace
}  // namespace leadrelay::coro
