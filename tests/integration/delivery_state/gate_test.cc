// Gate against a real redis-server: what holds a destination back, and what lets it go on.

#include "services/delivery/throttle/gate.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/delivery/throttle/windows.h"
#include "tests/integration/delivery_state/gate_world.h"

namespace leadrelay::delivery {
namespace {

using config::BreakerPolicy;
using config::RateWindow;
using coro::Task;
using test::OnLoop;
using test::RedisServer;
using test::RunOnLoop;
using Reason = Waiting::Reason;
using Entries = std::vector<std::shared_ptr<Entry>>;

const RateWindow kOnePerTen{"10s", 1, absl::Seconds(10), ""};
const RateWindow kThreePerTen{"10s", 3, absl::Seconds(10), ""};
const RateWindow kFivePerTen{"10s", 5, absl::Seconds(10), ""};
const RateWindow kTwoPerDay{"day", 2, absl::Hours(24), ""};
const RateWindow kOneSearch{"search", 1, absl::Seconds(10), "search"};
constexpr absl::Duration kSpanOfTen = absl::Milliseconds(10'100);
// The first time, when nobody knows how late the last grants before were used.
const absl::Duration kColdSpanOfTen = kSpanOfTen + kMostSlack;
constexpr BreakerPolicy kNoBreaker{0, absl::Seconds(30), absl::Minutes(10)};
constexpr BreakerPolicy kBreaker{3, absl::Seconds(30), absl::Seconds(100)};

template <typename... T>
std::vector<RateWindow> Windows(const T&... windows) {
  return {windows...};
}

// A world with a scope for those who enter; a body sees an end to all of it.
struct Stage {
  Stage(RedisServer& server, OnLoop& on) : world(server, on), scope(on.loop) {}

  std::shared_ptr<Entry> Enter(Gate& gate,
                               std::string name = "",
                               int cost = 1,
                               std::stop_token stop = {}) {
    auto entry = std::make_shared<Entry>();
    if (!stop.stop_possible()) stop = scope.stop_token();
    scope.Spawn(EnterInto(world, gate, std::move(name), cost, std::move(stop), entry));
    return entry;
  }
  Entries EnterTimes(Gate& gate, int times) {
    Entries entries;
    for (int i = 0; i < times; ++i) entries.push_back(Enter(gate));
    return entries;
  }
  Task<void> End() {
    scope.RequestStop();
    co_await scope.Join();
  }

  GateWorld world;
  coro::Scope scope;
};

int Through(const Entries& entries) {
  int count = 0;
  for (const std::shared_ptr<Entry>& entry : entries) count += entry->done && entry->status.ok();
  return count;
}

Task<void> Play(RedisServer& server, Task<void> (*body)(Stage&), OnLoop& on) {
  Stage stage(server, on);
  co_await stage.world.Begin();
  co_await body(stage);
  co_await stage.End();
  co_await stage.world.End();
}

void RunStage(Task<void> (*body)(Stage&)) {
  RedisServer server;
  RunOnLoop(std::bind_front(&Play, std::ref(server), body));
}

// Past the first window, in which a new destination sends nothing.
Task<void> WarmUp(Stage& stage, Gate& gate) {
  absl::Status warm = co_await gate.Warm({});
  EXPECT_EQ(warm, absl::OkStatus());
  co_await stage.world.Advance(kColdSpanOfTen);
}

Task<void> ColdBucket(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  const absl::Time begin = stage.world.clock.Now();
  Entries entries = stage.EnterTimes(*gate, 5);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(entries), 0);
  EXPECT_EQ(gate->waiting(),
            (Waiting{Reason::kRate, begin + kColdSpanOfTen, "window 10s: 3 per 10s"}));
  co_await stage.world.Advance(kColdSpanOfTen - absl::Milliseconds(1));
  EXPECT_EQ(Through(entries), 0);
  co_await stage.world.Advance(absl::Milliseconds(1));
  EXPECT_EQ(Through(entries), 3);
  co_await stage.world.Advance(kSpanOfTen - absl::Milliseconds(1));
  EXPECT_EQ(Through(entries), 3);
  co_await stage.world.Advance(absl::Milliseconds(1));
  EXPECT_EQ(Through(entries), 5);
  EXPECT_EQ(gate->waiting(), Waiting());
  co_await stage.End();
}
TEST(GateTest, LetsAsManyThroughAsTheWindowAllowsAndTheFirstOneWindowLater) {
  RunStage(ColdBucket);
}

// A service that starts has no connection to Redis yet.
Task<void> WarmBeforeRedis(RedisServer& server, OnLoop& on) {
  redis::Client redis(on.loop, on.timers, GateWorld::ToServer(server));
  redis.Start();
  {
    GateOptions options;
    options.destination = "crm";
    options.windows = Windows(kThreePerTen);
    Gate gate(on.timers, redis, std::move(options));
    const absl::Status warm = co_await gate.Warm({});
    EXPECT_EQ(warm, absl::OkStatus());
  }
  co_await redis.Close();
}
TEST(GateTest, WarmsUpAsSoonAsRedisIsThere) {
  RedisServer server;
  RunOnLoop(std::bind_front(&WarmBeforeRedis, std::ref(server)));
}

Task<void> LongWindow(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kTwoPerDay), kNoBreaker);
  Entries entries = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(entries), 2);
  co_await stage.world.Advance(absl::Hours(24) + absl::Seconds(864));
  EXPECT_EQ(Through(entries), 3);
  co_await stage.End();
}
TEST(GateTest, TakesALongWindowThatItDoesNotKnowForUnused) {
  RunStage(LongWindow);
}

Task<void> FirstComeFirstServed(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  Entries first = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(first), 3);

  std::stop_source driver;
  std::stop_source middle;
  std::shared_ptr<Entry> a = stage.Enter(*gate, "", 1, driver.get_token());
  std::shared_ptr<Entry> b = stage.Enter(*gate);
  std::shared_ptr<Entry> c = stage.Enter(*gate, "", 1, middle.get_token());
  std::shared_ptr<Entry> d = stage.Enter(*gate, "", 2);
  std::shared_ptr<Entry> e = stage.Enter(*gate);
  co_await stage.world.Settle();
  driver.request_stop();
  middle.request_stop();
  co_await stage.world.Settle();
  EXPECT_EQ(a->status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(c->status.code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(b->done || d->done || e->done);
  EXPECT_EQ(gate->waiting().reason, Reason::kRate);

  co_await stage.world.Advance(kSpanOfTen);
  EXPECT_TRUE(b->done && d->done);
  EXPECT_FALSE(e->done);
  co_await stage.End();
  EXPECT_EQ(e->status.code(), absl::StatusCode::kCancelled);
}
TEST(GateTest, ServesInOrderAndForgetsWhoeverLeaves) {
  RunStage(FirstComeFirstServed);
}

Task<void> Scopes(Stage& stage) {
  std::unique_ptr<Gate> gate =
      co_await stage.world.MakeGate(Windows(kFivePerTen, kOneSearch), kNoBreaker);
  co_await WarmUp(stage, *gate);
  std::shared_ptr<Entry> search = stage.Enter(*gate, "search");
  std::shared_ptr<Entry> search_again = stage.Enter(*gate, "search");
  Entries others = stage.EnterTimes(*gate, 3);
  others.push_back(stage.Enter(*gate, "a scope without a window"));
  co_await stage.world.Settle();
  EXPECT_TRUE(search->done);
  EXPECT_FALSE(search_again->done);
  EXPECT_EQ(Through(others), 4);
  EXPECT_EQ(gate->waiting().detail, "window search: 1 per 10s");
  std::shared_ptr<Entry> sixth = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_FALSE(sixth->done);
  co_await stage.End();
}
TEST(GateTest, CountsAScopeInItsOwnWindowsAndInTheCommonOnes) {
  RunStage(Scopes);
}

// Two calls in ten seconds, whatever they cost, and sixty tokens in a minute.
Task<void> CallsAndCosts(Stage& stage) {
  const RateWindow calls{"calls", 2, absl::Seconds(10), "", true};
  const RateWindow tokens{"tokens", 60, absl::Minutes(1), ""};
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(calls, tokens), kNoBreaker);
  co_await WarmUp(stage, *gate);
  co_await stage.world.Advance(Span(tokens.per));
  std::shared_ptr<Entry> dear = stage.Enter(*gate, "", 20);
  co_await stage.world.Settle();
  EXPECT_TRUE(dear->done);
  gate->GiveBack(dear->permit, "", 20);
  std::shared_ptr<Entry> again = stage.Enter(*gate, "", 30);
  std::shared_ptr<Entry> cheap = stage.Enter(*gate, "", 1);
  std::shared_ptr<Entry> third = stage.Enter(*gate, "", 20);
  std::shared_ptr<Entry> too_dear = stage.Enter(*gate, "", 20);
  co_await stage.world.Settle();
  EXPECT_TRUE(again->done && cheap->done);
  EXPECT_FALSE(third->done);
  EXPECT_EQ(gate->waiting().detail, "window calls: 2 per 10s");
  co_await stage.world.Advance(Span(calls.per));
  EXPECT_TRUE(third->done);
  EXPECT_FALSE(too_dear->done);
  EXPECT_EQ(gate->waiting().detail, "window tokens: 60 per 1m");
  co_await stage.End();
}
TEST(GateTest, CountsCallsInOneWindowAndTheirCostInAnother) {
  RunStage(CallsAndCosts);
}

Task<void> Costs(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  std::shared_ptr<Entry> one = stage.Enter(*gate, "", 1);
  co_await stage.world.Settle();
  std::shared_ptr<Entry> too_much = stage.Enter(*gate, "", 50);
  co_await stage.world.Settle();
  EXPECT_TRUE(one->done);
  EXPECT_FALSE(too_much->done);
  co_await stage.world.Advance(kSpanOfTen);
  EXPECT_TRUE(too_much->done);
  co_await stage.End();
}
TEST(GateTest, ACostAboveTheWindowWaitsForAnEmptyOne) {
  RunStage(Costs);
}

Task<void> GivingBack(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kOnePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  std::shared_ptr<Entry> first = stage.Enter(*gate);
  co_await stage.world.Settle();
  gate->GiveBack(first->permit, "", 1);
  std::shared_ptr<Entry> at_once = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_TRUE(at_once->done);

  co_await stage.world.Advance(absl::Seconds(1));  // The lease is over by now.
  EXPECT_GT(stage.world.clock.Monotonic(), at_once->permit.good_until);
  gate->GiveBack(at_once->permit, "", 1);
  std::shared_ptr<Entry> later = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_TRUE(later->done);

  co_await stage.world.Advance(kSpanOfTen + absl::Seconds(1));  // The window is another by now.
  gate->GiveBack(later->permit, "", 1);
  Entries two = stage.EnterTimes(*gate, 2);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(two), 1);
  co_await stage.End();
}
TEST(GateTest, WhatIsGivenBackCanBeHadAgainOnce) {
  RunStage(GivingBack);
}

// A connection had to be made first: what counts is when the request left.
Task<void> LateRequest(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  Entries three = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(three), 3);
  constexpr absl::Duration kHandshake = absl::Seconds(4);
  co_await stage.world.Advance(kHandshake);
  for (int i = 0; i < 2; ++i) {
    const Permit permit = three[static_cast<size_t>(i)]->permit;
    EXPECT_GT(stage.world.clock.Monotonic(), permit.good_until);
    co_await gate->ReportLate(permit, "", 1, {});
  }
  Entries more = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  co_await stage.world.Advance(kSpanOfTen - kHandshake);
  EXPECT_EQ(Through(more), 1) << "the one that left in time makes room, the others do not yet";
  co_await stage.world.Advance(kHandshake - absl::Milliseconds(1));
  EXPECT_EQ(Through(more), 1);
  co_await stage.world.Advance(absl::Milliseconds(1));
  EXPECT_EQ(Through(more), 3);
  co_await stage.End();
}
TEST(GateTest, ARequestThatLeavesLateIsCountedFromThenOn) {
  RunStage(LateRequest);
}

Task<void> RetryAfter(Stage& stage) {
  std::unique_ptr<Gate> a = co_await stage.world.MakeGate(Windows(), kNoBreaker);
  std::unique_ptr<Gate> b = co_await stage.world.MakeGate(Windows(), kNoBreaker);
  std::shared_ptr<Entry> sent = stage.Enter(*a);
  std::shared_ptr<Entry> other = stage.Enter(*b);
  co_await stage.world.Settle();
  EXPECT_TRUE(sent->done && other->done);
  const absl::Time begin = stage.world.clock.Now();
  co_await a->ReportThrottled(sent->permit, absl::Seconds(30));
  co_await a->ReportThrottled(sent->permit, absl::Seconds(5));  // Never shortens it.

  // Neither what is left of a's lease nor of b's may be used, although both have not run out.
  std::shared_ptr<Entry> at_a = stage.Enter(*a);
  co_await stage.world.Settle();
  EXPECT_EQ(a->waiting(), (Waiting{Reason::kRetryAfter, begin + absl::Seconds(30), ""}));
  bool b_waits = false;
  std::shared_ptr<Entry> at_b;
  for (int i = 0; i < 2000 && !b_waits; ++i) {  // As soon as the news has come.
    at_b = stage.Enter(*b);
    co_await stage.world.Settle();
    b_waits = !at_b->done;
  }
  EXPECT_EQ(b->waiting(), (Waiting{Reason::kRetryAfter, begin + absl::Seconds(30), ""}));

  co_await stage.world.Advance(absl::Seconds(30) - absl::Milliseconds(1));
  EXPECT_FALSE(at_a->done || at_b->done);
  co_await stage.world.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(at_a->done && at_b->done);
  co_await stage.End();
}
TEST(GateTest, ARetryAfterStopsEveryReplicaForExactlyThatLong) {
  RunStage(RetryAfter);
}

Task<void> Breaker(Stage& stage) {
  std::unique_ptr<Gate> a = co_await stage.world.MakeGate(Windows(), kBreaker);
  std::unique_ptr<Gate> b = co_await stage.world.MakeGate(Windows(), kBreaker);
  std::shared_ptr<Entry> one = stage.Enter(*a);
  std::shared_ptr<Entry> two = stage.Enter(*b);
  co_await stage.world.Settle();
  co_await a->ReportStrain(one->permit);
  co_await b->ReportStrain(two->permit);
  co_await b->ReportSuccess(two->permit);  // Not in a row.
  co_await a->ReportStrain(one->permit);
  co_await b->ReportStrain(two->permit);
  co_await stage.world.Advance(absl::Seconds(1));
  std::shared_ptr<Entry> still = stage.Enter(*a);
  co_await stage.world.Settle();
  EXPECT_TRUE(still->done);
  const absl::Time opened = stage.world.clock.Now();
  co_await a->ReportStrain(still->permit);
  co_await a->ReportStrain(still->permit);  // Left before it opened: changes nothing.

  std::shared_ptr<Entry> at_a = stage.Enter(*a);
  co_await stage.world.Settle();
  co_await stage.world.Advance(absl::Milliseconds(101));  // b's lease ends, news or not.
  std::shared_ptr<Entry> at_b = stage.Enter(*b);
  co_await stage.world.Settle();
  EXPECT_FALSE(at_a->done || at_b->done);
  EXPECT_EQ(a->waiting(), (Waiting{Reason::kBreakerOpen, opened + absl::Seconds(30), ""}));

  co_await stage.world.Advance(opened + absl::Seconds(30) - stage.world.clock.Now());
  EXPECT_NE(at_a->done, at_b->done);  // One probe over all replicas.
  Gate& prober = at_a->done ? *a : *b;
  std::shared_ptr<Entry> probe = at_a->done ? at_a : at_b;
  std::shared_ptr<Entry> waits = at_a->done ? at_b : at_a;
  EXPECT_TRUE(probe->permit.probe);

  co_await prober.ReportStrain(probe->permit);  // It is still ill: twice as long.
  co_await stage.world.Advance(absl::Seconds(59));
  EXPECT_FALSE(waits->done);
  co_await stage.world.Advance(absl::Seconds(1));
  EXPECT_TRUE(waits->done && waits->permit.probe);

  std::shared_ptr<Entry> behind = stage.Enter(prober);
  co_await stage.world.Settle();
  EXPECT_FALSE(behind->done);
  EXPECT_EQ(prober.waiting().detail, "a probe is under way");
  co_await (&prober == a.get() ? *b : *a).ReportSuccess(waits->permit);
  bool woken = co_await stage.world.Eventually([&] { return behind->done; });
  EXPECT_TRUE(woken);  // By the news alone: the time stands still.
  EXPECT_FALSE(behind->permit.probe);
  co_await stage.End();
}
TEST(GateTest, BreakerOpensProbesOnceAndCloses) {
  RunStage(Breaker);
}

Task<void> LostProbes(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(), kBreaker);
  for (int i = 0; i < 3; ++i) co_await gate->ReportStrain(Permit());
  co_await stage.world.Advance(absl::Seconds(30));
  std::shared_ptr<Entry> unused = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_TRUE(unused->done && unused->permit.probe);
  std::shared_ptr<Entry> second = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_FALSE(second->done);
  gate->GiveBack(unused->permit, "", 1);
  co_await stage.world.Settle();
  EXPECT_TRUE(second->done && second->permit.probe);

  std::shared_ptr<Entry> third = stage.Enter(*gate);  // And the second is never heard of again.
  co_await stage.world.Settle();
  co_await stage.world.Advance(absl::Seconds(59));
  EXPECT_FALSE(third->done);
  co_await stage.world.Advance(absl::Seconds(1));
  EXPECT_TRUE(third->done && third->permit.probe);
  co_await gate->ReportThrottled(third->permit, absl::Seconds(5));  // It answers: closed.
  std::shared_ptr<Entry> fourth = stage.Enter(*gate);
  co_await stage.world.Settle();
  co_await stage.world.Advance(absl::Seconds(5));
  EXPECT_TRUE(fourth->done);
  EXPECT_FALSE(fourth->permit.probe);
  co_await stage.End();
}
TEST(GateTest, AProbeThatIsGivenBackOrLostMakesRoomForAnother) {
  RunStage(LostProbes);
}

Task<void> LongestOpen(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(), kBreaker);
  for (int i = 0; i < 3; ++i) co_await gate->ReportStrain(Permit());
  std::vector<absl::Duration> open_for;
  for (int i = 0; i < 4; ++i) {
    std::shared_ptr<Entry> probe = stage.Enter(*gate);
    co_await stage.world.Settle();
    open_for.push_back(gate->waiting().until - stage.world.clock.Now());
    co_await stage.world.Advance(open_for.back());
    EXPECT_TRUE(probe->done && probe->permit.probe);
    co_await gate->ReportStrain(probe->permit);
  }
  EXPECT_EQ(open_for,
            (std::vector<absl::Duration>{
                absl::Seconds(30), absl::Seconds(60), absl::Seconds(100), absl::Seconds(100)}));
  co_await stage.End();
}
TEST(GateTest, BreakerStaysOpenTwiceAsLongUpToItsLimit) {
  RunStage(LongestOpen);
}

Task<GateState> Read(Stage& stage) {
  absl::StatusOr<GateState> state = co_await ReadGate(stage.world.redis, "crm", {});
  EXPECT_EQ(state.status(), absl::OkStatus());
  co_return state.value_or(GateState());
}

Task<void> Operator(Stage& stage) {
  GateState state = co_await Read(stage);
  EXPECT_EQ(state, (GateState{"unknown", absl::InfinitePast(), "", 0}));
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(), kBreaker);
  int changes = 0;
  gate->OnChange([&] { ++changes; });
  std::shared_ptr<Entry> first = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_TRUE(first->done);
  state = co_await Read(stage);
  EXPECT_EQ(state, (GateState{"ready", absl::InfinitePast(), "", 0}));
  co_await gate->ReportStrain(first->permit);

  absl::Status status = co_await PauseGate(stage.world.redis, "crm", "moving the CRM", {});
  EXPECT_EQ(status, absl::OkStatus());
  state = co_await Read(stage);
  EXPECT_EQ(state, (GateState{"paused", absl::InfinitePast(), "moving the CRM", 1}));
  co_await stage.world.Advance(absl::Milliseconds(101));
  std::shared_ptr<Entry> waits = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_EQ(gate->waiting(), (Waiting{Reason::kPaused, absl::InfiniteFuture(), "moving the CRM"}));
  EXPECT_EQ(changes, 1);
  co_await stage.world.Advance(absl::Hours(1000));
  EXPECT_FALSE(waits->done);

  status = co_await ResumeGate(stage.world.redis, "crm", {});
  EXPECT_EQ(status, absl::OkStatus());
  bool woken = co_await stage.world.Eventually([&] { return waits->done; });
  EXPECT_TRUE(woken);
  EXPECT_EQ(changes, 2);

  co_await gate->ReportUnauthorized(waits->permit, "the token has expired", absl::Hours(1));
  std::shared_ptr<Entry> refused = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_EQ(gate->waiting(),
            (Waiting{Reason::kUnauthorized,
                     stage.world.clock.Now() + absl::Hours(1),
                     "the token has expired"}));
  status = co_await ResumeGate(stage.world.redis, "crm", {});
  EXPECT_EQ(status, absl::OkStatus());
  woken = co_await stage.world.Eventually([&] { return refused->done; });
  EXPECT_TRUE(woken);
  co_await stage.End();
}
TEST(GateTest, TheOperatorPausesAndResumes) {
  RunStage(Operator);
}

// As leadctl sees it, which goes by Redis' own clock: so here the gate does, too.
Task<void> States(Stage& stage) {
  GateOptions options;
  options.destination = "crm";
  options.breaker = kBreaker;
  Gate gate(stage.world.timers, stage.world.redis, options);
  co_await gate.ReportThrottled(Permit(), absl::Hours(1));
  GateState state = co_await Read(stage);
  EXPECT_EQ(state.state, "throttled");
  EXPECT_LT(absl::AbsDuration(state.until - absl::Now() - absl::Hours(1)), absl::Minutes(1));
  co_await gate.ReportUnauthorized(Permit(), "expired", absl::Hours(1));
  state = co_await Read(stage);
  EXPECT_EQ(state.state, "unauthorized");
  EXPECT_EQ(state.detail, "expired");
  stage.world.server.Command({"DEL", "lr:gate:{crm}"});
  for (int i = 0; i < 3; ++i) co_await gate.ReportStrain(Permit());
  state = co_await Read(stage);
  EXPECT_EQ(state.state, "breaker open");
  EXPECT_EQ(state.consecutive_failures, 3);
  stage.world.server.Command({"HSET", "lr:gate:{crm}", "open_until", "1"});
  state = co_await Read(stage);
  EXPECT_EQ(state, (GateState{"breaker half-open", absl::InfinitePast(), "", 3}));
  absl::Status resumed = co_await ResumeGate(stage.world.redis, "crm", {});
  EXPECT_EQ(resumed, absl::OkStatus());
  absl::Status paused = co_await PauseGate(stage.world.redis, "crm", "why", {});
  EXPECT_EQ(paused, absl::OkStatus());
  stage.world.server.Restart();
  (void)co_await stage.world.Eventually([&] { return !stage.world.redis.connected(); });
  (void)co_await stage.world.redis.WaitConnected(kLong, {});
  state = co_await Read(stage);
  EXPECT_EQ(state, (GateState{"paused", absl::InfinitePast(), "why", 0}));
  co_await stage.End();
}
TEST(GateTest, AnybodyCanReadItsState) {
  RunStage(States);
}

Task<void> Quota(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  std::shared_ptr<Entry> first = stage.Enter(*gate);
  co_await stage.world.Settle();
  std::vector<QuotaHint> as_we_think{QuotaHint{"10s", 2}};
  co_await gate->ReportQuota(std::move(as_we_think));
  std::vector<QuotaHint> somebody_else_sends{QuotaHint{"10s", 1}, QuotaHint{"unheard of", 0}};
  co_await gate->ReportQuota(std::move(somebody_else_sends));
  Entries entries = stage.EnterTimes(*gate, 2);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(entries), 1);
  co_await stage.world.Advance(kSpanOfTen);
  EXPECT_EQ(Through(entries), 2);
  co_await stage.End();
}
TEST(GateTest, CountsAsUsedWhatTheCrmSaysIsGone) {
  RunStage(Quota);
}

Task<void> RedisAway(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  std::shared_ptr<Entry> before = stage.Enter(*gate);
  co_await stage.world.Settle();
  EXPECT_TRUE(before->done);

  stage.world.server.Kill9();
  (void)co_await stage.world.Eventually([&] { return !stage.world.redis.connected(); });
  std::shared_ptr<Entry> waits = stage.Enter(*gate);
  (void)co_await stage.world.Eventually([&] { return gate->waiting().reason != Reason::kNone; });
  EXPECT_EQ(gate->waiting().reason, Reason::kRedisAway);
  co_await gate->ReportThrottled(before->permit, absl::Seconds(60));  // Is not forgotten.
  std::shared_ptr<Entry> gives_up = stage.Enter(*gate);
  const int subscriptions = stage.world.subscriptions();
  stage.world.server.Start();
  co_await stage.world.Subscribed(subscriptions + 1);
  bool back = co_await stage.world.Eventually(
      [&] { return gate->waiting().reason == Reason::kRetryAfter; });
  EXPECT_TRUE(back);
  // The last second before the crash may be lost, so the window counts as used up; the pause is
  // the longer of the two.
  co_await stage.world.Advance(absl::Seconds(60) - absl::Milliseconds(1));
  EXPECT_FALSE(waits->done);
  co_await stage.world.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(waits->done && gives_up->done);
  co_await stage.End();
}
TEST(GateTest, WaitsForRedisAndForgetsNoRetryAfter) {
  RunStage(RedisAway);
}

Task<void> RedisRestarted(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  const int subscriptions = stage.world.subscriptions();
  stage.world.server.Restart();
  (void)co_await stage.world.Eventually([&] { return !stage.world.redis.connected(); });
  (void)co_await stage.world.redis.WaitConnected(kLong, {});
  co_await stage.world.Subscribed(subscriptions + 1);
  std::shared_ptr<Entry> waits = stage.Enter(*gate);
  co_await stage.world.Settle();
  co_await stage.world.Advance(kColdSpanOfTen - absl::Milliseconds(1));
  EXPECT_FALSE(waits->done);
  co_await stage.world.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(waits->done);
  co_await stage.End();
}
TEST(GateTest, AWindowFromBeforeARestartOfRedisCountsAsUsedUp) {
  RunStage(RedisRestarted);
}

Task<void> ClockGoesBack(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  Entries before = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(before), 3);
  stage.world.clock.Jump(-absl::Hours(2));
  Entries after = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  co_await stage.world.Advance(kSpanOfTen);
  EXPECT_EQ(Through(after), 0);
  co_await stage.world.Advance(kMostSlack);  // Not two hours later.
  EXPECT_EQ(Through(after), 3);
  co_await stage.End();
}
TEST(GateTest, AClockThatGoesBackCostsAtMostOneWindow) {
  RunStage(ClockGoesBack);
}

Task<void> SlowRedis(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(kThreePerTen), kNoBreaker);
  co_await WarmUp(stage, *gate);
  stage.world.server.Freeze();
  std::shared_ptr<Entry> entry = stage.Enter(*gate);
  // Nothing tells when the command is in the socket of a server that stands still.
  (void)co_await stage.world.real.Sleep(absl::Milliseconds(5), {});
  stage.world.clock.Advance(absl::Milliseconds(80), &stage.world.timers);  // A lease lives for 50.
  stage.world.server.Thaw();
  co_await stage.world.Settle();
  EXPECT_TRUE(entry->done);  // At the second try, for longer.
  const absl::Duration life = entry->permit.good_until - stage.world.clock.Monotonic();
  EXPECT_EQ(life, absl::Milliseconds(50 + 160));
  Entries rest = stage.EnterTimes(*gate, 3);
  co_await stage.world.Settle();
  EXPECT_EQ(Through(rest), 2);  // What came too late has been given back.
  co_await stage.End();
}
TEST(GateTest, AReplyLaterThanTheLeaseIsNotUsedAndNotLost) {
  RunStage(SlowRedis);
}

Task<void> Cheap(Stage& stage) {
  std::unique_ptr<Gate> gate = co_await stage.world.MakeGate(Windows(), kBreaker);
  int64_t before = co_await stage.world.CommandsSoFar();
  for (int i = 0; i < 1000; ++i) {
    absl::StatusOr<Permit> permit = co_await gate->Enter("", 1, {});
    EXPECT_EQ(permit.status(), absl::OkStatus());
    if (permit.ok()) co_await gate->ReportSuccess(*permit);
  }
  int64_t after = co_await stage.world.CommandsSoFar();
  // Four leases of 256, each some commands long, and one question.
  EXPECT_LE(after - before, 60);
  co_await stage.End();
}
TEST(GateTest, ADestinationWithoutWindowsHardlyAsksRedis) {
  RunStage(Cheap);
}

}  // namespace
}  // namespace leadrelay::delivery
