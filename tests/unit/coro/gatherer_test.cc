#include "common/coro/gatherer.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/run_on_loop.h"

namespace leadrelay::coro {
namespace {

using test::OnLoop;
using test::RunOnLoop;

// A service that answers when it is told to, and remembers what it was asked.
class Service {
 public:
  explicit Service(Loop& loop) : loop_(loop) {}

  Task<std::vector<std::string>> Call(std::vector<int> items) {
    calls.push_back(items);
    if (!at_once) {
      Completion<bool> answered(loop_);
      open_.push_back(&answered);
      (void)co_await answered;
    }
    std::vector<std::string> results;
    for (const int item : items) results.push_back("r" + std::to_string(item));
    co_return results;
  }

  void AnswerOldest() {
    open_.front()->Set(true);
    open_.pop_front();
  }

  std::vector<std::vector<int>> calls;
  bool at_once = false;

 private:
  Loop& loop_;
  std::deque<Completion<bool>*> open_;
};

struct Desk {
  Desk(OnLoop& on, GathererOptions options)
      : service(on.loop), gatherer(on.loop, options, [this](std::vector<int> items) {
          return service.Call(std::move(items));
        }) {}

  // Into `results`, in the order in which they come.
  Task<void> Ask(int item, size_t weight, std::stop_token stop) {
    std::string result = co_await gatherer.Add(item, weight, "stopped", std::move(stop));
    results.push_back(std::move(result));
  }

  Service service;
  Gatherer<int, std::string> gatherer;
  std::vector<std::string> results;
};

using Calls = std::vector<std::vector<int>>;
using Results = std::vector<std::string>;

TEST(GathererTest, WhatComesWhileCallsAreOutGoesTogether) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    Desk desk(on, {.max_weight = 100, .under_way = 2});
    Scope asking(on.loop);
    for (int i = 1; i <= 6; ++i) asking.Spawn(desk.Ask(i, 1, {}));
    EXPECT_EQ(desk.service.calls, (Calls{{1}, {2}}));
    desk.service.AnswerOldest();
    desk.service.AnswerOldest();
    (void)co_await on.timers.Sleep(absl::Milliseconds(1), {});
    EXPECT_EQ(desk.service.calls, (Calls{{1}, {2}, {3, 4, 5, 6}}));
    desk.service.AnswerOldest();
    co_await asking.Join();
    EXPECT_EQ(desk.results, (Results{"r1", "r2", "r3", "r4", "r5", "r6"}));
    co_await desk.gatherer.Close();
  });
}

TEST(GathererTest, NoCallIsAboveItsWeightButOfOneHeavyItem) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    Desk desk(on, {.max_weight = 10, .under_way = 1});
    Scope asking(on.loop);
    const std::vector<size_t> weights = {1, 4, 6, 1, 11, 2};
    for (size_t i = 0; i < weights.size(); ++i) {
      asking.Spawn(desk.Ask(static_cast<int>(i), weights[i], {}));
    }
    desk.service.at_once = true;
    desk.service.AnswerOldest();
    co_await asking.Join();
    EXPECT_EQ(desk.service.calls, (Calls{{0}, {1, 2}, {3}, {4}, {5}}));
    co_await desk.gatherer.Close();
  });
}

TEST(GathererTest, WhoeverStopsGoesAndTheItemIsSentAllTheSame) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    Desk desk(on, {.max_weight = 10, .under_way = 1});
    Scope asking(on.loop);
    std::stop_source stop;
    asking.Spawn(desk.Ask(1, 1, {}));
    asking.Spawn(desk.Ask(2, 1, stop.get_token()));
    asking.Spawn(desk.Ask(3, 1, {}));
    stop.request_stop();
    (void)co_await on.timers.Sleep(absl::Milliseconds(1), {});
    EXPECT_EQ(desk.results, Results{"stopped"});
    desk.service.at_once = true;
    desk.service.AnswerOldest();
    co_await asking.Join();
    EXPECT_EQ(desk.service.calls, (Calls{{1}, {2, 3}}));
    EXPECT_EQ(desk.results, (Results{"stopped", "r1", "r3"}));
    co_await desk.gatherer.Close();
  });
}

TEST(GathererTest, CloseWaitsForTheCallsThatAreOut) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    Desk desk(on, {});
    std::stop_source stop;
    stop.request_stop();
    co_await desk.Ask(1, 1, stop.get_token());
    Timers::Alarm answer(
        on.timers, absl::Milliseconds(1), [&desk] { desk.service.AnswerOldest(); });
    co_await desk.gatherer.Close();
    EXPECT_EQ(desk.service.calls, Calls{{1}});
  });
}

}  // namespace
}  // namespace leadrelay::coro
