// The bound: in every interval as long as a window, at most the window's requests arrive, whatever
// the replicas do.  On a real Redis, in a time that the test turns, over many seeds.
//
// LEADRELAY_SEED=<n> runs that seed alone.

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "services/delivery/throttle/gate_script.h"
#include "services/delivery/throttle/windows.h"
#include "tests/integration/delivery_state/gate_world.h"

namespace leadrelay::delivery {
namespace {

using config::RateWindow;
using coro::Task;
using test::OnLoop;
using test::RedisServer;
using test::RunOnLoop;

class Chance {
 public:
  explicit Chance(uint64_t seed) : engine_(seed) {}
  int64_t Between(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine_);
  }
  bool OneIn(int64_t n) { return Between(1, n) == 1; }
  absl::Duration Between(absl::Duration low, absl::Duration high) {
    return absl::Microseconds(
        Between(absl::ToInt64Microseconds(low), absl::ToInt64Microseconds(high)));
  }
  // From the earliest a request can arrive to the latest.  The ends are where a bound breaks.
  absl::Duration Arrive(absl::Duration granted, absl::Duration until, absl::Duration spread) {
    if (OneIn(3)) return granted;
    return OneIn(2) ? until + spread : Between(granted, until + spread);
  }
  template <typename T>
  const T& OneOf(const std::vector<T>& items) {
    return items[static_cast<size_t>(Between(0, static_cast<int64_t>(items.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

std::vector<uint64_t> Seeds(uint64_t count) {
  if (const char* one = std::getenv("LEADRELAY_SEED"); one != nullptr) {
    return {std::strtoull(one, nullptr, 10)};
  }
  const uint64_t first = std::random_device{}();
  std::vector<uint64_t> seeds;
  for (uint64_t i = 0; i < count; ++i) seeds.push_back(first + i);
  return seeds;
}

const std::vector<std::vector<RateWindow>>& Limits() {
  static const std::vector<std::vector<RateWindow>>& limits =
      *new std::vector<std::vector<RateWindow>>{
          {RateWindow{"1s", 5, absl::Seconds(1), ""}},
          {RateWindow{"500ms", 20, absl::Milliseconds(500), ""}},
          {RateWindow{"10s", 100, absl::Seconds(10), ""},
           RateWindow{"search", 5, absl::Seconds(1), "search"}},
          {RateWindow{"2s", 1, absl::Seconds(2), ""}},
          {RateWindow{"1s", 400, absl::Seconds(1), ""},
           RateWindow{"10s", 1000, absl::Seconds(10), ""},
           RateWindow{"search", 30, absl::Seconds(2), "search"}},
          {RateWindow{"1min", 60, absl::Minutes(1), ""}},
          {RateWindow{"2s", 6, absl::Seconds(2), "", true},
           RateWindow{"search", 2, absl::Seconds(2), "search", true},
           RateWindow{"tokens", 30, absl::Seconds(10), ""}},
      };
  return limits;
}

// What arrived at the CRM.
struct Arrival {
  absl::Duration at;
  std::string scope;
  int64_t cost = 1;
};

// The most that one interval of length `per` saw.
int64_t MostIn(const RateWindow& window, std::vector<Arrival> arrivals) {
  std::erase_if(arrivals, [&](const Arrival& one) { return !Counts(window, one.scope); });
  std::sort(arrivals.begin(), arrivals.end(), [](const Arrival& a, const Arrival& b) {
    return a.at < b.at;
  });
  int64_t most = 0;
  int64_t inside = 0;
  size_t oldest = 0;
  const auto counted = [&](const Arrival& one) { return window.calls ? 1 : one.cost; };
  for (const Arrival& newest : arrivals) {
    inside += counted(newest);
    while (newest.at - arrivals[oldest].at >= window.per) inside -= counted(arrivals[oldest++]);
    most = std::max(most, inside);
  }
  return most;
}

void ExpectWithinBound(const std::vector<RateWindow>& windows,
                       const std::vector<Arrival>& arrivals,
                       uint64_t seed) {
  for (const RateWindow& window : windows) {
    EXPECT_LE(MostIn(window, arrivals), window.requests)
        << "window " << window.name << ", LEADRELAY_SEED=" << seed;
  }
}

// From the asking for a lease to the last use of it.
const absl::Duration kLongestLease = absl::Milliseconds(50) + kMostSlack;

// How much later than the quickest a request may arrive.
absl::Duration Spread(const std::vector<RateWindow>& windows) {
  absl::Duration spread = absl::InfiniteDuration();
  for (const RateWindow& window : windows) {
    spread = std::min(spread, Margin(window.per) - TermsFor(windows, window.scope).life);
  }
  return spread;
}

absl::Duration ShortestOf(const std::vector<RateWindow>& windows) {
  absl::Duration shortest = absl::InfiniteDuration();
  for (const RateWindow& window : windows) shortest = std::min(shortest, window.per);
  return shortest;
}

// A grant whose request waits for its connection.
struct LateGrant {
  std::string scope;
  UnusedGrants grants;
  absl::Duration granted;
};

// Redis as it is after fail-overs: another process, with what a replica had, or with nothing.
class FailingOver final : public redis::Commands {
 public:
  FailingOver(redis::Client& redis, RedisServer& server) : redis_(redis), server_(server) {}

  // What the replica has from now on.
  void Replicate() { replicated_ = Copy(kState, kReplica); }
  void FailOver(bool fresh) {
    ++fail_overs_;
    if (fresh || !replicated_) {
      server_.Command({"DEL", kState});
    } else {
      (void)Copy(kReplica, kState);
    }
  }

  Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop) override {
    return redis_.WaitConnected(timeout, std::move(stop));
  }
  Task<absl::StatusOr<redis::Reply>> Command(std::vector<std::string> arguments,
                                             absl::Duration timeout,
                                             std::stop_token stop) override {
    return redis_.Command(std::move(arguments), timeout, std::move(stop));
  }
  Task<absl::StatusOr<redis::Reply>> Eval(redis::Script script,
                                          std::vector<std::string> keys,
                                          std::vector<std::string> arguments,
                                          absl::Duration timeout,
                                          std::stop_token stop) override {
    return redis_.Eval(script, std::move(keys), std::move(arguments), timeout, std::move(stop));
  }
  std::unique_ptr<redis::Subscription> Subscribe(
      std::string channel, std::function<void(std::string_view text)> on_message) override {
    return redis_.Subscribe(std::move(channel), std::move(on_message));
  }
  bool connected() const override { return redis_.connected(); }
  std::string run_id() const override { return absl::StrCat(redis_.run_id(), fail_overs_); }

 private:
  static constexpr const char* kState = "lr:gate:{crm}";
  static constexpr const char* kReplica = "replica:{crm}";
  bool Copy(const char* from, const char* to) {
    return server_.Command({"COPY", from, to, "REPLACE"}) == "1";
  }

  redis::Client& redis_;
  RedisServer& server_;
  bool replicated_ = false;
  int fail_overs_ = 0;
};

// The script alone, with replicas as bad as they may be: they use a lease at its first and at its
// last moment, give back, forget, die, are slow; Redis loses its memory or fails over, or its clock
// goes back (not both: a grant that is given back after both at once can be taken for another).
Task<void> PlayScript(GateWorld& world, uint64_t seed, int steps, int64_t* granted) {
  Chance chance(seed);
  GateOptions options;
  options.destination = "crm";
  options.windows = chance.OneOf(Limits());
  options.redis_clock = &world.clock;
  FailingOver redis(world.redis, world.server);
  GateScript script(redis, options);
  const absl::Duration spread = Spread(options.windows);
  const int64_t replicas = chance.Between(1, 4);
  const bool clock_jumps = chance.OneIn(2);
  std::map<std::pair<int64_t, std::string>, std::vector<UnusedGrants>> unused;
  std::vector<Arrival> arrivals;
  std::vector<LateGrant> late;

  for (int step = 0; step < steps; ++step) {
    LeaseRequest request;
    request.scope = chance.OneIn(3) ? "search" : "";
    std::vector<UnusedGrants>& rest = unused[{chance.Between(1, replicas), request.scope}];
    const LeaseTerms terms = TermsFor(options.windows, request.scope);
    request.least =
        chance.OneIn(4) ? chance.Between(1, std::min<int64_t>(3, terms.largest_cost)) : 1;
    request.most = std::max(request.least, chance.Between(1, 2 * terms.most));
    if (terms.one_call) request.most = request.least;
    if (chance.OneIn(5)) request.slack = chance.Between(absl::ZeroDuration(), kMostSlack);
    request.unused = std::exchange(rest, {});
    const std::string scope = request.scope;
    const absl::Duration slack = request.slack;

    absl::StatusOr<LeaseAnswer> answer = co_await script.Lease(std::move(request), {});
    EXPECT_EQ(answer.status(), absl::OkStatus());
    if (!answer.ok()) co_return;
    const absl::Duration now = world.clock.Monotonic();
    absl::Duration until = now + terms.life + slack;
    if (chance.OneIn(4)) until -= chance.Between(absl::ZeroDuration(), terms.life);
    const int64_t cost = terms.one_call ? answer->granted : 1;
    for (int64_t i = 0; i < answer->granted; i += cost) {
      if (chance.OneIn(8)) {
        if (chance.OneIn(2)) rest.push_back(UnusedGrants{answer->stamp, cost, 1});
        continue;
      }
      if (chance.OneIn(10)) {
        late.push_back(LateGrant{scope, UnusedGrants{answer->stamp, cost, 1}, now});
        continue;
      }
      arrivals.push_back(Arrival{chance.Arrive(now, until, spread), scope, cost});
    }
    *granted += answer->granted;

    absl::Duration pass = absl::ZeroDuration();
    if (answer->granted == 0 && chance.OneIn(2)) {
      pass = answer->wait;
      if (chance.OneIn(2)) pass += chance.Between(absl::ZeroDuration(), absl::Milliseconds(20));
    } else if (chance.OneIn(3)) {
      pass = chance.Between(absl::ZeroDuration(), absl::Milliseconds(30));
    } else if (chance.OneIn(2)) {
      pass = chance.Between(absl::ZeroDuration(), Slice(options.windows.front().per));
    } else if (chance.OneIn(20)) {
      pass = chance.Between(absl::ZeroDuration(), 2 * options.windows.front().per);
    }
    world.clock.Advance(pass);
    // Those that leave only now, or have gone for good since a window has passed.
    for (LateGrant& one : std::exchange(late, {})) {
      const absl::Duration at = world.clock.Monotonic();
      if (at - one.granted >= ShortestOf(options.windows)) continue;
      if (chance.OneIn(2)) {
        late.push_back(std::move(one));
        continue;
      }
      absl::Status told = co_await script.Late(one.scope, one.grants, false);
      EXPECT_EQ(told, absl::OkStatus());
      if (chance.OneIn(4)) {  // The answer was lost.
        told = co_await script.Late(one.scope, one.grants, true);
        EXPECT_EQ(told, absl::OkStatus());
      }
      arrivals.push_back(
          Arrival{at + chance.Between(absl::ZeroDuration(), spread), one.scope, one.grants.count});
    }
    if (clock_jumps && chance.OneIn(60)) {
      world.clock.Jump(-chance.Between(absl::ZeroDuration(), absl::Hours(2)));
    } else if (!clock_jumps && chance.OneIn(100)) {
      world.server.Command({"FLUSHALL"});
    } else if (!clock_jumps && chance.OneIn(60)) {
      redis.FailOver(chance.OneIn(3));
    } else if (chance.OneIn(20)) {
      redis.Replicate();
    }
    if (chance.OneIn(30)) {
      std::vector<int64_t> remaining(options.windows.size());
      for (int64_t& left : remaining) left = chance.Between(-1, 10);
      (void)co_await script.Quota(std::move(remaining));
    }
  }
  ExpectWithinBound(options.windows, arrivals, seed);
}

Task<void> ScriptBound(RedisServer& server, OnLoop& on) {
  GateWorld world(server, on);
  co_await world.Begin();
  int64_t granted = 0;
  for (uint64_t seed : Seeds(40)) {
    server.Flush();
    co_await PlayScript(world, seed, 1000, &granted);
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(granted, 1000);
  std::cout << granted << " grants\n";
  co_await world.End();
}

TEST(GateBoundTest, TheScriptNeverGrantsMoreThanAWindowHolds) {
  RedisServer server;
  RunOnLoop(std::bind_front(&ScriptBound, std::ref(server)));
}

// Whole gates: replicas that come and go, callers with patience and without.
struct Replica {
  explicit Replica(coro::Loop& loop, std::unique_ptr<Gate> its)
      : gate(std::move(its)), scope(std::make_unique<coro::Scope>(loop)) {}
  std::unique_ptr<Gate> gate;
  std::unique_ptr<coro::Scope> scope;
};

Task<void> SendOne(GateWorld& world,
                   Gate& gate,
                   Chance& chance,
                   const std::vector<RateWindow>* windows,
                   std::stop_token stop,
                   std::vector<Arrival>& arrivals) {
  std::string scope = chance.OneIn(3) ? "search" : "";
  const int cost = chance.OneIn(6) ? 2 : 1;
  absl::StatusOr<Permit> permit = co_await gate.Enter(scope, cost, stop);
  if (!permit.ok()) co_return;
  absl::Duration now = world.clock.Monotonic();
  if (now > permit->good_until || chance.OneIn(8)) {
    if (chance.OneIn(2)) gate.GiveBack(*permit, scope, cost);
    co_return;  // Or the process has died with it.
  }
  absl::Duration until = permit->good_until;
  if (chance.OneIn(6)) {  // A new connection comes first: longer than the permit lasts.
    const absl::Duration handshake = chance.Between(absl::ZeroDuration(), ShortestOf(*windows));
    absl::Status slept = co_await world.timers.Sleep(handshake, stop);
    if (!slept.ok()) co_return;
    // Time goes by in steps: what took longer than the window is what the bound leaves out.
    const absl::Duration granted = now - kLongestLease;
    now = world.clock.Monotonic();
    if (now - granted >= ShortestOf(*windows)) co_return;
    if (now > until) {
      co_await gate.ReportLate(*permit, scope, cost, stop);
      until = now;
    }
  }
  const absl::Duration at = chance.Arrive(now, until, Spread(*windows));
  const int64_t counted = std::min<int64_t>(cost, TermsFor(*windows, scope).largest_cost);
  arrivals.push_back(Arrival{at, std::move(scope), counted});
}

Task<void> PlayGates(GateWorld& world, OnLoop& on, uint64_t seed, int steps, int64_t* sent) {
  Chance chance(seed);
  const std::vector<RateWindow> windows = chance.OneOf(Limits());
  const absl::Duration per = windows.front().per;
  std::vector<Arrival> arrivals;
  std::vector<Replica> replicas;
  for (int64_t i = chance.Between(1, 4); i > 0; --i) {
    std::unique_ptr<Gate> gate = co_await world.MakeGate(windows, config::BreakerPolicy());
    replicas.emplace_back(on.loop, std::move(gate));
  }
  for (int step = 0; step < steps; ++step) {
    Replica& replica =
        replicas[static_cast<size_t>(chance.Between(0, static_cast<int64_t>(replicas.size()) - 1))];
    for (int64_t i = chance.OneIn(10) ? 30 : chance.Between(0, 3); i > 0; --i) {
      replica.scope->Spawn(
          SendOne(world, *replica.gate, chance, &windows, replica.scope->stop_token(), arrivals));
    }
    if (chance.OneIn(15)) {  // It goes, with what it had leased, and another comes.
      replica.scope->RequestStop();
      co_await replica.scope->Join();
      replica.gate = co_await world.MakeGate(windows, config::BreakerPolicy());
      replica.scope = std::make_unique<coro::Scope>(on.loop);
    }
    absl::Duration pass = chance.Between(absl::ZeroDuration(), per / 20);
    if (chance.OneIn(20)) pass = chance.Between(absl::ZeroDuration(), 2 * per);
    co_await world.Advance(pass);
    if (chance.OneIn(100)) world.server.Command({"FLUSHALL"});
  }
  for (Replica& replica : replicas) {
    replica.scope->RequestStop();
    co_await replica.scope->Join();
  }
  ExpectWithinBound(windows, arrivals, seed);
  *sent += static_cast<int64_t>(arrivals.size());
}

Task<void> GateBound(RedisServer& server, OnLoop& on) {
  GateWorld world(server, on);
  co_await world.Begin();
  int64_t sent = 0;
  for (uint64_t seed : Seeds(12)) {
    server.Flush();
    co_await PlayGates(world, on, seed, 300, &sent);
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(sent, 500);
  std::cout << sent << " requests\n";
  co_await world.End();
}

TEST(GateBoundTest, ReplicasTogetherNeverSendMoreThanAWindowHolds) {
  RedisServer server;
  RunOnLoop(std::bind_front(&GateBound, std::ref(server)));
}

// A backlog that never ends, in turned time: each wake-up is 2 ms late.
Task<void> Efficiency(RedisServer& server, OnLoop& on) {
  GateWorld world(server, on);
  co_await world.Begin();
  const std::vector<RateWindow> rows = {
      {"100 per 10 s", 100, absl::Seconds(10), ""},
      {"190 per 10 s", 190, absl::Seconds(10), ""},
      {"5 per s", 5, absl::Seconds(1), ""},
      {"20 per 500 ms", 20, absl::Milliseconds(500), ""},
      {"1 per s", 1, absl::Seconds(1), ""},
      {"600 per min", 600, absl::Minutes(1), ""},
  };
  for (const RateWindow& window : rows) {
    server.Flush();
    GateOptions options;
    options.destination = "crm";
    options.windows = {window};
    options.redis_clock = &world.clock;
    GateScript script(world.redis, options);
    absl::Status warm = co_await script.Warm({});
    EXPECT_EQ(warm, absl::OkStatus());
    world.clock.Advance(Span(window.per) + kMostSlack);
    // From the first grant to the first of the eleventh window's worth.
    constexpr int64_t kWindows = 10;
    const absl::Duration begin = world.clock.Monotonic();
    int64_t granted = 0;
    while (granted <= kWindows * window.requests) {
      LeaseRequest request;
      request.most = TermsFor(options.windows, "").most;
      absl::StatusOr<LeaseAnswer> answer = co_await script.Lease(std::move(request), {});
      EXPECT_EQ(answer.status(), absl::OkStatus());
      if (!answer.ok()) co_return;
      granted += answer->granted;
      if (granted > kWindows * window.requests) break;
      world.clock.Advance(answer->granted > 0 ? absl::Microseconds(200)
                                              : answer->wait + absl::Milliseconds(2));
    }
    const double ratio = absl::FDivDuration(kWindows * window.per, world.clock.Monotonic() - begin);
    EXPECT_GE(ratio, 0.95) << window.name;
    std::cout << window.name << ": " << ratio << "\n";
  }
  co_await world.End();
}

TEST(GateBoundTest, AFullBacklogGetsNinetyFivePerCentOfEveryWindow) {
  RedisServer server;
  RunOnLoop(std::bind_front(&Efficiency, std::ref(server)));
}

}  // namespace
}  // namespace leadrelay::delivery
