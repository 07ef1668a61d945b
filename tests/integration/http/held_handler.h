#pragma once
// HeldHandler: a handler whose answers wait until the test lets them go.

#include <algorithm>

#include <gtest/gtest.h>

#include "common/coro/signal.h"
#include "common/http/server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::test {

class HeldHandler {
 public:
  explicit HeldHandler(OnLoop& on) : arrived_(on.timers), released_(on.timers) {}

  http::Server::Handler AsHandler() {
    return [this](http::ServerRequest request, std::stop_token stop) {
      return Handle(std::move(request), std::move(stop));
    };
  }

  coro::Task<void> AwaitArrivals(int count) {
    while (arrivals < count) {
      absl::Status woken = co_await arrived_.Wait(absl::Seconds(10), std::stop_token());
      EXPECT_EQ(woken, absl::OkStatus()) << arrivals << " of " << count << " requests arrived";
      if (!woken.ok()) co_return;
    }
  }

  void Release() {
    open_ = true;
    released_.NotifyAll();
  }

  std::string body = "held";
  int arrivals = 0;
  int finished = 0;
  int stopped = 0;
  int at_once = 0;
  int most_at_once = 0;

 private:
  coro::Task<http::Response> Handle(http::ServerRequest request, std::stop_token stop) {
    ++arrivals;
    most_at_once = std::max(most_at_once, ++at_once);
    arrived_.NotifyAll();
    if (!open_) {
      absl::Status woken = co_await released_.Wait(absl::Seconds(10), stop);
      if (!woken.ok()) ++stopped;
    }
    --at_once;
    ++finished;
    http::Response response;
    response.status = 200;
    response.body = body.empty() ? std::move(request.url) : body;
    co_return response;
  }

  coro::Signal arrived_;
  coro::Signal released_;
  bool open_ = false;
};

}  // namespace leadrelay::test
