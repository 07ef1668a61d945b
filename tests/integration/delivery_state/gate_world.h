#pragma once
// GateWorld: gates on a real Redis, in a time that the test turns.  The script is given that time,
// the gates' timers follow it; the connection to Redis lives in real time.

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/coro/scope.h"
#include "common/coro/timers.h"
#include "common/redis/redis.h"
#include "services/delivery/throttle/gate.h"
#include "services/delivery/throttle/gate_script.h"
#include "tests/support/fake_clock.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::delivery {

inline void PrintTo(const Waiting& waiting, std::ostream* out) {
  *out << Name(waiting.reason) << " until " << absl::FormatTime(waiting.until) << ": "
       << waiting.detail;
}
inline void PrintTo(const GateState& state, std::ostream* out) {
  *out << state.state << " until " << absl::FormatTime(state.until) << ": " << state.detail << " ("
       << state.consecutive_failures << " failures)";
}

inline constexpr absl::Duration kLong = absl::Seconds(10);

class GateWorld {
 public:
  GateWorld(test::RedisServer& on_server, test::OnLoop& on)
      : server(on_server),
        real(on.timers),
        timers(on.loop, clock),
        redis(on.loop, on.timers, ToServer(on_server)) {}

  static redis::Options ToServer(const test::RedisServer& server) {
    redis::Options options;
    options.port = server.port();
    return options;
  }

  coro::Task<void> Begin() {
    redis.Start();
    absl::Status connected = co_await redis.WaitConnected(kLong, {});
    EXPECT_EQ(connected, absl::OkStatus());
    news_ = redis.Subscribe(NewsChannel("crm"), [this](std::string_view text) {
      if (text.empty()) ++subscriptions_;
    });
    co_await Subscribed(1);
  }
  coro::Task<void> End() {
    news_.reset();
    co_await redis.Close();
    timers.Close();
  }

  // With its subscription confirmed: that, too, makes a gate ask, and would do so at any later
  // time.
  coro::Task<std::unique_ptr<Gate>> MakeGate(std::vector<config::RateWindow> windows,
                                             config::BreakerPolicy breaker) {
    const int before = subscriptions_;
    GateOptions options;
    options.destination = "crm";
    options.windows = std::move(windows);
    options.breaker = breaker;
    options.redis_clock = &clock;
    auto gate = std::make_unique<Gate>(timers, redis, std::move(options));
    co_await Subscribed(before + 1);
    co_return gate;
  }

  // Until the second connection has been told so often that a subscription has begun.
  coro::Task<void> Subscribed(int times) {
    bool told = co_await Eventually([this, times] { return subscriptions_ >= times; });
    EXPECT_TRUE(told);
    co_await Settle();
  }
  int subscriptions() const { return subscriptions_; }

  // Commands that Redis has executed, this question included.
  coro::Task<int64_t> CommandsSoFar() {
    absl::Status connected = co_await redis.WaitConnected(kLong, {});
    EXPECT_EQ(connected, absl::OkStatus());
    std::vector<std::string> info{"INFO", "stats"};
    absl::StatusOr<redis::Reply> reply = co_await redis.Command(std::move(info), kLong, {});
    int64_t count = 0;
    if (reply.ok()) {
      const std::string name = "total_commands_processed:";
      const size_t from = reply->text.find(name) + name.size();
      EXPECT_TRUE(
          absl::SimpleAtoi(reply->text.substr(from, reply->text.find('\r', from) - from), &count));
    }
    co_return count;
  }

  // Until nobody asks Redis anything any more, at this moment of the turned time.
  coro::Task<void> Settle() {
    int64_t before = co_await CommandsSoFar();
    for (int quiet = 0; quiet < 2 && !testing::Test::HasFailure();) {
      int64_t now = co_await CommandsSoFar();
      quiet = now == before + 1 ? quiet + 1 : 0;
      before = now;
    }
  }

  coro::Task<void> Advance(absl::Duration by) {
    clock.Advance(by, &timers);
    co_await Settle();
  }

  // Until the condition holds, in real time: for what comes over the second connection.
  coro::Task<bool> Eventually(std::function<bool()> condition) {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) co_return true;
      (void)co_await real.Sleep(absl::Milliseconds(1), {});
    }
    co_return false;
  }

  test::RedisServer& server;
  coro::Timers& real;
  test::FakeClock clock;
  coro::Timers timers;
  redis::Client redis;

 private:
  int subscriptions_ = 0;
  std::unique_ptr<redis::Subscription> news_;
};

// Somebody who enters, and what came of it.
struct Entry {
  bool done = false;
  absl::Status status;
  Permit permit;
  absl::Duration at;  // Monotonic.
};

inline coro::Task<void> EnterInto(GateWorld& world,
                                  Gate& gate,
                                  std::string scope,
                                  int cost,
                                  std::stop_token stop,
                                  std::shared_ptr<Entry> entry) {
  absl::StatusOr<Permit> permit = co_await gate.Enter(std::move(scope), cost, std::move(stop));
  entry->done = true;
  entry->status = permit.status();
  if (permit.ok()) entry->permit = *permit;
  entry->at = world.clock.Monotonic();
}

}  // namespace leadrelay::delivery
