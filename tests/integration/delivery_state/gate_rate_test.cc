// Two replicas with a backlog that never ends, in real time: they never exceed the window.  How
// much they get out of it is measured, not asserted: `./dev bench rates`.

#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "common/coro/scope.h"
#include "common/redis/redis.h"
#include "services/delivery/throttle/gate.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::delivery {
namespace {

using coro::Task;
using test::OnLoop;
using test::RedisServer;
using test::RunOnLoop;

const config::RateWindow kWindow{"500ms", 20, absl::Milliseconds(500), ""};
constexpr size_t kWindows = 6;

Task<void> Send(Gate& gate,
                coro::Timers& timers,
                std::stop_token stop,
                std::vector<absl::Duration>& sent) {
  while (true) {
    absl::StatusOr<Permit> permit = co_await gate.Enter("", 1, stop);
    if (!permit.ok()) co_return;
    const absl::Duration now = timers.clock().Monotonic();
    if (now > permit->good_until) {  // This machine is slow just now.
      gate.GiveBack(*permit, "", 1);
      continue;
    }
    sent.push_back(now);
    co_await gate.ReportSuccess(*permit);
  }
}

Task<void> Backlog(RedisServer& server, std::vector<absl::Duration>& sent, OnLoop& on) {
  redis::Options to_server;
  to_server.port = server.port();
  std::vector<std::unique_ptr<redis::Client>> clients;
  std::vector<std::unique_ptr<Gate>> gates;
  coro::Scope scope(on.loop);
  GateOptions options;
  options.destination = "crm";
  options.windows = {kWindow};
  for (int replica = 0; replica < 2; ++replica) {
    clients.push_back(std::make_unique<redis::Client>(on.loop, on.timers, to_server));
    clients.back()->Start();
    gates.push_back(std::make_unique<Gate>(on.timers, *clients.back(), options));
    for (int i = 0; i < 16; ++i) {
      scope.Spawn(Send(*gates.back(), on.timers, scope.stop_token(), sent));
    }
  }
  while (sent.size() <= kWindows * static_cast<size_t>(kWindow.requests)) {
    (void)co_await on.timers.Sleep(absl::Milliseconds(20), {});
  }
  scope.RequestStop();
  co_await scope.Join();
  gates.clear();
  for (std::unique_ptr<redis::Client>& client : clients) co_await client->Close();
}

TEST(GateRateTest, TwoReplicasNeverExceedTheWindow) {
  RedisServer server;
  std::vector<absl::Duration> sent;
  RunOnLoop(std::bind_front(&Backlog, std::ref(server), std::ref(sent)));
  std::sort(sent.begin(), sent.end());
  const auto requests = static_cast<size_t>(kWindow.requests);
  for (size_t i = 0; i + requests < sent.size(); ++i) {
    EXPECT_GE(sent[i + requests] - sent[i], kWindow.per);
  }
  std::cout << "share of the window used: "
            << absl::FDivDuration(kWindows * kWindow.per, sent[kWindows * requests] - sent[0])
            << "\n";
}

}  // namespace
}  // namespace leadrelay::delivery
