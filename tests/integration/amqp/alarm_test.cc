// The broker's memory alarm: it stops reading from publishers, and a library that sends without a
// deadline stands still.  Neither may be felt on the loop.

#include <gtest/gtest.h>

#include "common/coro/offload.h"
#include "tests/integration/amqp/harness.h"

namespace leadrelay::amqp {
namespace {

using coro::Task;
using test::OnLoop;
using test::RunOnLoop;

Task<void> SetAlarm(OnLoop& on, bool to) {
  auto set = [to] {
    TheBroker().SetMemoryAlarm(to);
    return true;
  };
  (void)co_await coro::Offload(on.loop, std::move(set));
}

// Notes the longest time between two ticks of the loop.
Task<void> Tick(OnLoop& on, std::stop_token stop, absl::Duration& worst) {
  absl::Duration last = on.timers.clock().Monotonic();
  for (;;) {
    absl::Status slept = co_await on.timers.Sleep(absl::Milliseconds(5), stop);
    if (!slept.ok()) co_return;
    const absl::Duration now = on.timers.clock().Monotonic();
    worst = std::max(worst, now - last);
    last = now;
  }
}

// 16 KiB a piece, 50 every 20 ms, for as long as it is told: 2,500 a second against a broker that
// takes none.  Counts the answers and how late the latest came.
struct Load {
  std::map<absl::StatusCode, int> answers;
  absl::Duration latest;
  size_t most_unconfirmed = 0;
};

Task<void> PublishOne(OnLoop& on, Sender& sender, std::string queue, Load& load) {
  const absl::Duration began = on.timers.clock().Monotonic();
  absl::Status answer = co_await sender->Publish(
      To(queue, std::string(16 << 10, 'x')), true, absl::Seconds(1), std::stop_token());
  ++load.answers[answer.code()];
  load.latest = std::max(load.latest, on.timers.clock().Monotonic() - began);
}

Task<void> Pour(OnLoop& on, Sender& sender, std::string queue, std::stop_token stop, Load& load) {
  coro::Scope scope(on.loop);
  for (;;) {
    absl::Status slept = co_await on.timers.Sleep(absl::Milliseconds(20), stop);
    if (!slept.ok()) break;
    for (int i = 0; i < 50; ++i) scope.Spawn(PublishOne(on, sender, queue, load));
    load.most_unconfirmed = std::max(load.most_unconfirmed, sender->unconfirmed());
  }
  co_await scope.Join();
}

TEST(AlarmTest, EveryPublishIsAnsweredInTimeAndTheLoopNeverStandsStill) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("alarm");
    PublisherOptions options;
    options.connection = Connection();
    options.topology.queues = {QuorumQueue(queue)};
    options.max_unconfirmed = 1000;
    Sender sender(on, options);
    if (co_await sender.Connected()) {
      absl::Duration worst;
      Load load;
      coro::Scope scope(on.loop);
      scope.Spawn(Tick(on, scope.stop_token(), worst));
      scope.Spawn(Pour(on, sender, queue, scope.stop_token(), load));
      co_await SetAlarm(on, true);
      EXPECT_TRUE(co_await Until(
          sender.changed(), [&sender] { return sender->blocked(); }, "connection.blocked"));
      EXPECT_TRUE(sender->connected());
      const int refused_before = load.answers[absl::StatusCode::kUnavailable];
      (void)co_await on.timers.Sleep(absl::Seconds(5), std::stop_token());
      EXPECT_GT(load.answers[absl::StatusCode::kUnavailable], refused_before);
      EXPECT_LE(load.most_unconfirmed, 1000U);

      co_await SetAlarm(on, false);
      EXPECT_TRUE(co_await Until(
          sender.changed(), [&sender] { return !sender->blocked(); }, "connection.unblocked"));
      scope.RequestStop();
      co_await scope.Join();
      EXPECT_EQ(co_await sender.Publish(To(queue, "after")), absl::OkStatus());
      EXPECT_EQ(sender->unconfirmed(), 0U);

      EXPECT_GT(load.answers[absl::StatusCode::kOk], 0);
      for (const auto& [code, count] : load.answers) {
        EXPECT_TRUE(code == absl::StatusCode::kOk || code == absl::StatusCode::kUnavailable ||
                    code == absl::StatusCode::kDeadlineExceeded ||
                    code == absl::StatusCode::kResourceExhausted)
            << count << " answers " << code;
      }
      // Generous, for a machine that does other things: a thread stuck in the library shows as
      // seconds.
      EXPECT_LT(load.latest, absl::Seconds(3));
      EXPECT_LT(worst, absl::Seconds(1));
      RecordProperty("worst_loop_gap_ms", static_cast<int>(absl::ToInt64Milliseconds(worst)));
      RecordProperty("latest_answer_ms", static_cast<int>(absl::ToInt64Milliseconds(load.latest)));
      std::printf("worst loop gap %.1f ms, latest answer %.0f ms;",
                  absl::ToDoubleMilliseconds(worst),
                  absl::ToDoubleMilliseconds(load.latest));
      for (const auto& [code, count] : load.answers) {
        std::printf(" %s %d", absl::StatusCodeToString(code).c_str(), count);
      }
      std::printf("\n");
    }
    co_await sender->Close();
  });
}

TEST(AlarmTest, CloseDuringTheAlarm) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("close-in-alarm");
    PublisherOptions options;
    options.connection = Connection();
    options.topology.queues = {QuorumQueue(queue)};
    Sender sender(on, options);
    if (co_await sender.Connected()) {
      co_await SetAlarm(on, true);
      // The alarm reaches a connection when it publishes next.
      (void)co_await sender->Publish(
          To(queue, "x"), true, absl::Milliseconds(200), std::stop_token());
      EXPECT_TRUE(co_await Until(
          sender.changed(), [&sender] { return sender->blocked(); }, "connection.blocked"));
      const absl::Duration began = on.timers.clock().Monotonic();
      co_await sender->Close();
      EXPECT_LT(on.timers.clock().Monotonic() - began, absl::Seconds(10));
      co_await SetAlarm(on, false);
    } else {
      co_await sender->Close();
    }
  });
}

}  // namespace
}  // namespace leadrelay::amqp
