// The simulation's Redis against the real one: whatever claims, gates, token caches and single
// commands ask, both answer the same.

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <gtest/gtest.h>

#include "common/redis/redis.h"
#include "services/delivery/authorise/token_cache.h"
#include "services/delivery/claim/claims.h"
#include "services/delivery/throttle/gate_script.h"
#include "tests/simulation/random.h"
#include "tests/simulation/redis/keyspace.h"
#include "tests/simulation/redis/lua_scripts.h"
#include "tests/support/fake_clock.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::redis {
inline void PrintTo(const Reply& reply, std::ostream* out) {
  *out << static_cast<int>(reply.kind) << " " << reply.integer << " '" << reply.text << "' [";
  for (const Reply& item : reply.items) {
    PrintTo(item, out);
    *out << ", ";
  }
  *out << "]";
}
}  // namespace leadrelay::redis

namespace leadrelay::simulation {
namespace {

using coro::Task;
using delivery::Claim;
using redis::Reply;
using test::OnLoop;
using test::RedisServer;

constexpr absl::Duration kLong = absl::Seconds(10);
constexpr int kSteps = 6000;
// The real one counts lives down in real time: none of them may end within the test.
constexpr absl::Duration kLongLease = absl::Hours(2);

// Asks both.  Scripts get the time that the test turns, instead of each server's own.
class Both final : public redis::Commands {
 public:
  Both(redis::Client& real, test::FakeClock& clock) : real_(real), clock_(clock) {}

  Task<absl::Status> WaitConnected(absl::Duration timeout, std::stop_token stop) override {
    return real_.WaitConnected(timeout, std::move(stop));
  }
  Task<absl::StatusOr<Reply>> Command(std::vector<std::string> arguments,
                                      absl::Duration timeout,
                                      std::stop_token stop) override {
    absl::StatusOr<Reply> expected = co_await real_.Command(arguments, timeout, stop);
    absl::StatusOr<Reply> actual = keyspace_.Execute(arguments, clock_.Now(), nullptr);
    Compare(arguments[0], expected, actual);
    co_return expected;
  }
  Task<absl::StatusOr<Reply>> Eval(redis::Script script,
                                   std::vector<std::string> keys,
                                   std::vector<std::string> arguments,
                                   absl::Duration timeout,
                                   std::stop_token stop) override {
    const int64_t micros = absl::ToUnixMicros(clock_.Now());
    const std::string time =
        absl::StrCat("{'", micros / 1'000'000, "', '", micros % 1'000'000, "'}");
    sources_.push_back(
        absl::StrReplaceAll(std::string(script.source), {{"redis.call('TIME')", time}}));
    std::vector<std::string> command{"EVAL", sources_.back(), absl::StrCat(keys.size())};
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), arguments.begin(), arguments.end());
    absl::StatusOr<Reply> expected = co_await real_.Command(std::move(command), timeout, stop);
    const redis::Script timed{script.name, sources_.back()};
    absl::StatusOr<Reply> actual =
        scripts_.Run(timed, keys, arguments, keyspace_, clock_.Now(), nullptr);
    Compare(absl::StrCat(std::string(script.name), " ", arguments[0]), expected, actual);
    co_return expected;
  }
  std::unique_ptr<redis::Subscription> Subscribe(
      std::string channel, std::function<void(std::string_view text)> on_message) override {
    return real_.Subscribe(std::move(channel), std::move(on_message));
  }
  bool connected() const override { return real_.connected(); }
  std::string run_id() const override { return run_id_; }
  void set_run_id(std::string run_id) { run_id_ = std::move(run_id); }
  std::map<std::string, int> asked;

 private:
  void Compare(const std::string& what,
               const absl::StatusOr<Reply>& expected,
               const absl::StatusOr<Reply>& actual) {
    ++asked[what];
    EXPECT_EQ(expected.ok(), actual.ok())
        << what << ": " << expected.status() << " and " << actual.status();
    if (expected.ok() && actual.ok()) EXPECT_EQ(*expected, *actual) << what;
  }

  redis::Client& real_;
  test::FakeClock& clock_;
  Keyspace keyspace_;
  LuaScripts scripts_;
  std::deque<std::string> sources_;  // Stay where they are: scripts are known by their address.
  std::string run_id_ = "run-1";
};

struct Player {
  Both& both;
  Random& random;
  test::FakeClock& clock;
  delivery::Claims claims;
  delivery::GateOptions options;
  delivery::GateScript gate;
  std::map<std::string, int64_t> fences = {};
  std::vector<delivery::UnusedGrants> unused = {};
};

Task<void> PlayClaims(Player& player) {
  const std::string id = absl::StrCat("lead-", player.random.Below(5), ":crm");
  const absl::Duration lease = player.random.Chance(0.3) ? absl::Milliseconds(5) : kLongLease;
  const Claim claim{id, player.fences[id], player.random.Chance(0.5) ? "{\"deal\":\"7 8\"}" : ""};
  std::vector<Claim> own{claim};
  switch (player.random.Below(5)) {
    case 0:
    case 1: {
      const absl::Time accepted_at =
          player.clock.Now() - player.random.Between(absl::ZeroDuration(), absl::Minutes(1));
      std::vector<delivery::WantedClaim> wanted{delivery::WantedClaim{id, accepted_at}};
      absl::StatusOr<std::vector<delivery::ClaimResult>> results =
          co_await player.claims.Acquire(std::move(wanted), lease, {});
      if (results.ok() && results->front().fence != 0) player.fences[id] = results->front().fence;
      break;
    }
    case 2:
      (void)co_await player.claims.Renew(std::move(own), lease, {});
      break;
    case 3:
      if (player.random.Chance(0.5)) {
        (void)co_await player.claims.Release(std::move(own), {});
      } else {
        std::vector<delivery::ClaimInDoubt> in_doubt{{claim, absl::Milliseconds(7)}};
        (void)co_await player.claims.ReleaseInDoubt(std::move(in_doubt), {});
      }
      break;
    default: {
      if (player.random.Chance(0.7)) break;
      const delivery::FinishedClaim finished{claim, "remote id"};
      std::vector<delivery::FinishedClaim> all{finished};
      (void)co_await player.claims.Finish(std::move(all), {});
    }
  }
}

Task<void> PlayGate(Player& player) {
  Random& random = player.random;
  const bool probe = random.Chance(0.2);
  const absl::Duration pause = random.Between(absl::ZeroDuration(), absl::Milliseconds(500));
  switch (random.Below(10)) {
    case 0:
      (void)co_await player.gate.Warm({});
      break;
    case 1: {
      std::vector<int64_t> remaining{static_cast<int64_t>(random.Below(6)) - 1,
                                     static_cast<int64_t>(random.Below(20)) - 1,
                                     -1};
      (void)co_await player.gate.Quota(std::move(remaining));
      break;
    }
    case 2:
      (void)co_await player.gate.Success(probe);
      break;
    case 3:
      (void)co_await player.gate.Strain(probe);
      break;
    case 4:
      if (random.Chance(0.1)) (void)co_await player.gate.Throttled(probe, pause);
      break;
    case 5:
      if (random.Chance(0.1)) {
        (void)co_await player.gate.Unauthorized(probe, "the token, it is \"old\"", pause);
      }
      break;
    case 6: {
      if (player.unused.empty()) break;
      const delivery::UnusedGrants late = player.unused.back();
      player.unused.pop_back();
      (void)co_await player.gate.Late("search", late, random.Chance(0.3));
      break;
    }
    default: {
      delivery::LeaseRequest request;
      request.scope = random.Chance(0.4) ? "search" : "";
      request.most = 1 + static_cast<int64_t>(random.Below(4));
      request.slack = random.Between(absl::ZeroDuration(), absl::Milliseconds(100));
      request.probe_unused = random.Chance(0.2);
      if (random.Chance(0.3)) request.unused = std::exchange(player.unused, {});
      absl::StatusOr<delivery::LeaseAnswer> answer =
          co_await player.gate.Lease(std::move(request), {});
      if (answer.ok() && answer->granted > 0 && random.Chance(0.5)) {
        player.unused.push_back(delivery::UnusedGrants{answer->stamp, 1, 1});
      }
    }
  }
}

Task<void> PlayCommand(Player& player) {
  static const std::vector<std::vector<std::string>>& commands =
      *new std::vector<std::vector<std::string>>{
          {"SET", "text", "a b"},
          {"SET", "lock", "x", "NX", "PX", "900000"},
          {"SET", "lock", "y", "px", "900000", "nx"},
          {"SET", "lock", "x", "PX", "0"},
          {"SET", "lock", "x", "PX", "soon"},
          {"SET", "lock"},
          {"GET", "text"},
          {"GET", "hash"},
          {"GET", "nothing"},
          {"DEL", "lock", "nothing"},
          {"DEL", "hash"},
          {"EXISTS", "hash", "text"},
          {"HSET", "hash", "a", "1", "b", "2"},
          {"HSET", "hash", "a"},
          {"HSET", "text", "a", "1"},
          {"HGET", "hash", "a"},
          {"HGET", "nothing", "a"},
          {"HDEL", "hash", "a", "c"},
          {"HINCRBY", "hash", "a", "3"},
          {"HINCRBY", "hash", "b", "x"},
          {"HINCRBY", "text", "b", "1"},
          {"EXPIRE", "hash", "900"},
          {"EXPIRE", "nothing", "900"},
          {"PTTL", "nothing"},
          {"PTTL", "text"},
          // What the gate keeps, byte for byte.
          {"HGET", "lr:gate:{crm}", "grants/1000000/"},
          {"HGET", "lr:gate:{crm}", "calls/2000000/search"},
          {"HGET", "lr:gate:{crm}", "stamp"},
          {"GET", "lr:claim:{lead-1:crm}"},
          {"GET", "lr:claims:memory"},
      };
  std::vector<std::string> command = player.random.Pick(commands);
  (void)co_await player.both.Command(std::move(command), kLong, {});
}

Task<void> PlayTokens(delivery::TokenCache& tokens) {
  (void)co_await tokens.Lock(absl::Minutes(15), {});
  delivery::TokenRecord record;
  record.access_token = "token";
  absl::Status written = co_await tokens.Write(std::move(record));
  EXPECT_EQ(written, absl::OkStatus());
  (void)co_await tokens.Read({});
  co_await tokens.Unlock();
}

Task<void> Compare(RedisServer& server, OnLoop& on) {
  redis::Options to_server;
  to_server.port = server.port();
  redis::Client client(on.loop, on.timers, to_server);
  client.Start();
  absl::Status connected = co_await client.WaitConnected(kLong, {});
  EXPECT_EQ(connected, absl::OkStatus());
  test::FakeClock clock;
  {
    Both both(client, clock);
    Random random(20261121);
    delivery::GateOptions options;
    options.destination = "crm";
    options.windows = {{"1s", 4, absl::Seconds(1), ""},
                       {"10s", 15, absl::Seconds(10), ""},
                       {"search", 3, absl::Seconds(2), "search", true}};
    options.breaker.failures = 3;
    options.breaker.open = absl::Milliseconds(300);
    options.breaker.max_open = absl::Seconds(2);
    Player player{both,
                  random,
                  clock,
                  delivery::Claims(on.loop, both, "host:a", absl::Hours(48)),
                  options,
                  delivery::GateScript(both, options)};
    delivery::TokenCache tokens(on.timers, both, "crm", "a key");
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE(step);
      clock.Advance(random.Between(absl::ZeroDuration(), absl::Milliseconds(60)));
      const uint64_t kind = random.Below(10);
      if (kind < 3) co_await PlayClaims(player);
      if (kind >= 3 && kind < 8) co_await PlayGate(player);
      if (kind == 8) co_await PlayCommand(player);
      if (kind == 9 && random.Chance(0.1)) co_await PlayTokens(tokens);
      if (random.Chance(0.001)) both.set_run_id(absl::StrCat("run-", step));
      if (random.Chance(0.0005)) {
        std::vector<std::string> flush{"FLUSHALL"};
        (void)co_await both.Command(std::move(flush), kLong, {});
      }
    }
    for (const char* asked : {"claims acquire",
                              "claims finish",
                              "claims renew",
                              "claims unknown",
                              "gate lease",
                              "gate late",
                              "gate strain",
                              "GET"}) {
      EXPECT_GT(both.asked[asked], 0) << asked;
    }
  }
  co_await client.Close();
}

TEST(RedisEmulationTest, AnswersAsTheRealOneDoes) {
  RedisServer server;
  test::RunOnLoop(std::bind_front(&Compare, std::ref(server)));
}

}  // namespace
}  // namespace leadrelay::simulation
