// Claims against a real redis-server: the state machine as a table.

#include "services/delivery/claim/claims.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/redis/redis.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::delivery {
namespace {

using coro::Task;
using test::OnLoop;
using test::RedisServer;
using test::RunOnLoop;

constexpr absl::Duration kLong = absl::Seconds(10);
constexpr absl::Duration kLease = absl::Minutes(1);
// So short that it is over by the time anybody else asks.
constexpr absl::Duration kShort = absl::Milliseconds(1);
constexpr absl::Duration kDoneTtl = absl::Hours(7 * 24);
constexpr char kLost[] = "1 of 1 claims are ours no more";

void RunWith(RedisServer& server, Task<void> (*body)(RedisServer&, OnLoop&)) {
  RunOnLoop(std::bind_front(body, std::ref(server)));
}

struct Bench {
  Bench(RedisServer& on_server, OnLoop& on)
      : server(on_server), timers(on.timers), redis(on.loop, on.timers, ToServer(on_server)) {
    redis.Start();
  }
  static redis::Options ToServer(const RedisServer& server) {
    redis::Options options;
    options.port = server.port();
    return options;
  }

  RedisServer& server;
  coro::Timers& timers;
  redis::Client redis;
  Claims a{timers.loop(), redis, "host-1:a", kDoneTtl};
  Claims b{timers.loop(), redis, "host-2:b", kDoneTtl};
  absl::Time accepted_at = absl::InfiniteFuture();
  std::map<std::string, int64_t> fences;  // By owner: of its last claim.
  int64_t highest = 0;
};

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

std::string ToText(const ClaimResult& result) {
  const std::string done = result.progress.empty() ? "" : ", done: " + result.progress;
  switch (result.kind) {
    case ClaimResult::Kind::kClaimed:
      return "claimed" + done;
    case ClaimResult::Kind::kClaimedUnknown:
      return "unknown" + done;
    case ClaimResult::Kind::kDone:
      return absl::StrCat("done ", result.remote_id);
    case ClaimResult::Kind::kBusy:
      return "busy";
  }
  return "?";
}

// The client learns of the lost connection by using it.
Task<absl::Status> BackAgain(redis::Client& redis) {
  std::vector<std::string> ping{"PING"};
  absl::StatusOr<redis::Reply> pong = co_await redis.Command(ping, kLong, {});
  if (pong.ok()) co_return absl::OkStatus();
  co_return co_await redis.WaitConnected(kLong, {});
}

std::vector<WantedClaim> AllWanted(const std::vector<std::string>& ids) {
  std::vector<WantedClaim> wanted;
  wanted.reserve(ids.size());
  for (const std::string& id : ids) wanted.push_back({id, absl::InfiniteFuture()});
  return wanted;
}

// "short": for kShort, which is over when it returns; "other": another lead; "later": one that was
// accepted long after; "old": long before.
Task<absl::StatusOr<ClaimResult>> Acquire(Bench& bench, Claims& claims, std::string step) {
  const auto says = [&step](const char* word) { return absl::StrContains(step, word); };
  WantedClaim wanted;
  wanted.delivery_id = says("other") ? "lead-2:crm" : "lead-1:crm";
  wanted.accepted_at = bench.accepted_at + (says("later") ? absl::Hours(1) : absl::ZeroDuration()) -
                       (says("old") ? absl::Hours(1) : absl::ZeroDuration());
  const bool brief = says("short");
  std::vector<WantedClaim> one{wanted};
  const absl::Duration lease = brief ? kShort : kLease;
  absl::StatusOr<std::vector<ClaimResult>> results =
      co_await claims.Acquire(std::move(one), lease, {});
  if (!results.ok()) co_return results.status();
  if (brief) (void)co_await bench.timers.Sleep(2 * kShort, {});
  co_return results->front();
}

// "a acquire", "a acquire short", "a finish <remote id>", "a renew <progress>" ...: what it came
// to, in a word or two.
Task<std::string> Play(Bench& bench, std::string step) {
  const std::vector<std::string> words = absl::StrSplit(step, ' ');
  const std::string& who = words[0];
  if (who == "redis") {
    if (words[1] == "restart") bench.server.Restart();
    // What is begun after it has begun later than the lead was accepted.
    (void)co_await bench.timers.Sleep(absl::Milliseconds(2), {});
    if (words[1] == "flush") bench.server.Flush();
    absl::Status back = co_await BackAgain(bench.redis);
    co_return Message(back);
  }
  Claims& claims = who == "a" ? bench.a : bench.b;
  const std::string& verb = words[1];
  const std::string word = words.size() > 2 ? words[2] : "";
  const Claim claim{"lead-1:crm", bench.fences[who], word};
  const std::vector<Claim> own{claim};
  absl::Status status;
  if (verb == "acquire") {
    absl::StatusOr<ClaimResult> acquired = co_await Acquire(bench, claims, step);
    if (!acquired.ok()) co_return Message(acquired.status());
    const ClaimResult& result = *acquired;
    if (result.fence != 0) {
      EXPECT_GT(result.fence, bench.highest) << step;
      bench.highest = bench.fences[who] = result.fence;
    }
    EXPECT_LE(result.busy_for, kLease) << step;
    co_return ToText(result);
  }
  if (verb == "renew") status = co_await claims.Renew(own, kLease, {});
  if (verb == "release") status = co_await claims.Release(own, {});
  if (verb == "unsure") {
    std::vector<ClaimInDoubt> in_doubt{ClaimInDoubt{claim, absl::ZeroDuration()}};
    status = co_await claims.ReleaseInDoubt(std::move(in_doubt), {});
  }
  if (verb == "finish") {
    std::vector<FinishedClaim> finished{FinishedClaim{claim, word}};
    status = co_await claims.Finish(std::move(finished), {});
  }
  co_return Message(status);
}

struct Row {
  const char* name;
  std::vector<std::pair<std::string, std::string>> steps;  // What is done, what comes of it.
};

const std::vector<Row>& Rows() {
  static const std::vector<Row>& rows = *new std::vector<Row>{
      {"free", {{"a acquire", "claimed"}}},
      {"two owners", {{"a acquire", "claimed"}, {"b acquire", "busy"}}},
      {"the same owner again", {{"a acquire", "claimed"}, {"a acquire", "busy"}}},
      {"done",
       {{"a acquire", "claimed"},
        {"a finish r-1", ""},
        {"b acquire", "done r-1"},
        {"a acquire", "done r-1"}}},
      {"released, nothing sent",
       {{"a acquire", "claimed"}, {"a release", ""}, {"b acquire", "claimed"}}},
      {"released, maybe sent",
       {{"a acquire", "claimed"}, {"a unsure", ""}, {"b acquire", "unknown"}}},
      {"owner died", {{"a acquire short", "claimed"}, {"b acquire", "unknown"}}},
      {"its next owner died, too",
       {{"a acquire short", "claimed"}, {"b acquire short", "unknown"}, {"a acquire", "unknown"}}},
      {"doubt that was resolved",
       {{"a acquire short", "claimed"},
        {"b acquire", "unknown"},
        {"b release", ""},
        {"a acquire", "claimed"}}},
      {"renewed in time", {{"a acquire short", "claimed"}, {"a renew", ""}, {"b acquire", "busy"}}},
      {"renewed too late",
       {{"a acquire short", "claimed"},
        {"b acquire short", "unknown"},
        {"a renew", kLost},
        {"a acquire", "unknown"}}},
      {"renewed after it was given back",
       {{"a acquire", "claimed"}, {"a release", ""}, {"a renew", kLost}}},
      {"what is done stays known, whichever copy comes next",
       {{"a acquire", "claimed"},
        {"a release contact", ""},
        {"b acquire short", "claimed, done: contact"},
        {"a acquire short", "unknown, done: contact"},
        {"a renew contact,deal", ""},
        {"a unsure contact,deal,note", ""},
        {"b acquire", "unknown, done: contact,deal,note"},
        {"b finish r-1", ""},
        {"a acquire", "done r-1"}}},
      {"finished with a stale fence",
       {{"a acquire short", "claimed"},
        {"b acquire", "unknown"},
        {"a finish r-1", ""},
        {"a acquire", "busy"},
        {"b finish r-2", ""},
        {"a acquire", "done r-2"}}},
      {"released with a stale fence",
       {{"a acquire short", "claimed"},
        {"b acquire", "unknown"},
        {"a release", ""},
        {"a unsure", ""},
        {"a acquire", "busy"}}},
      {"finished twice",
       {{"a acquire", "claimed"},
        {"a finish r-1", ""},
        {"a finish r-2", ""},
        {"a release", ""},
        {"a acquire", "done r-1"}}},
      {"finished after it was given back",
       {{"a acquire", "claimed"},
        {"a unsure", ""},
        {"a finish r-1", ""},
        {"b acquire", "done r-1"}}},
      {"finished after Redis lost it",
       {{"a acquire", "claimed"},
        {"redis flush", ""},
        {"a finish r-1", ""},
        {"b acquire", "done r-1"}}},
      {"claimed again after Redis lost it",
       {{"a acquire", "claimed"},
        {"redis flush", ""},
        {"b acquire later", "claimed"},
        {"a finish r-1", ""},
        {"a acquire", "busy"}}},
      {"renewed after Redis lost it",
       {{"a acquire", "claimed"}, {"redis flush", ""}, {"a renew", kLost}, {"b acquire", "busy"}}},
      {"renewed after Redis lost it and another took it",
       {{"a acquire", "claimed"},
        {"redis flush", ""},
        {"b acquire later", "claimed"},
        {"a renew", kLost},
        {"b renew", ""}}},
      {"renewed after a restart, by which another may have been forgotten",
       {{"a acquire", "claimed"}, {"redis restart", ""}, {"a renew", kLost}}},
      {"given back in doubt after Redis lost it",
       {{"a acquire", "claimed"}, {"redis flush", ""}, {"a unsure", ""}, {"b acquire", "busy"}}},
      {"given back before a restart, after which somebody may have been forgotten",
       {{"a acquire", "claimed"}, {"a release", ""}, {"redis restart", ""}, {"b acquire", "busy"}}},
      {"the doubt was resolved since Redis forgot",
       {{"a acquire other", "claimed"},
        {"redis flush", ""},
        {"a acquire short", "busy"},
        {"a acquire short", "unknown"},
        {"a release", ""},
        {"b acquire", "claimed"}}},
      {"given back after Redis lost it",
       {{"a acquire", "claimed"}, {"redis flush", ""}, {"a release", ""}, {"b acquire", "busy"}}},
      {"Redis forgot it while it may be sent",
       {{"a acquire", "claimed"}, {"redis flush", ""}, {"a acquire", "busy"}}},
      {"Redis forgot it, and nobody can be sending any more",
       {{"a acquire short", "claimed"},
        {"redis flush", ""},
        {"a acquire short", "busy"},
        {"a acquire short", "unknown"}}},
      {"Redis forgot, before the lead was accepted",
       {{"a acquire", "claimed"}, {"redis flush", ""}, {"a acquire later", "claimed"}}},
      {"Redis forgot, and nobody who knew is left",
       {{"a acquire short", "claimed"},
        {"redis flush", ""},
        {"b acquire short", "busy"},
        {"b acquire short", "unknown"}}},
      {"a backlog from before the first start", {{"a acquire old", "busy"}}},
      {"Redis forgot, and one who knew comes second",
       {{"a acquire short", "claimed"},
        {"redis flush", ""},
        {"b acquire other later", "claimed"},
        {"a acquire", "busy"}}},
      {"Redis comes back, perhaps without its last second",
       {{"a acquire other", "claimed"},
        {"redis restart", ""},
        {"b acquire short", "busy"},
        {"b acquire short", "unknown"},
        {"a acquire short later", "unknown"}}},
      {"done survives a restart",
       {{"a acquire", "claimed"},
        {"a finish r-1", ""},
        {"redis restart", ""},
        {"b acquire", "done r-1"}}},
      {"sending survives a restart",
       {{"a acquire", "claimed"}, {"redis restart", ""}, {"b acquire", "busy"}}},
  };
  return rows;
}

Task<void> Table(RedisServer& server, OnLoop& on) {
  for (const Row& row : Rows()) {
    server.Flush();
    Bench bench(server, on);
    // The memory has begun before the lead is accepted, in whole milliseconds.
    (void)co_await bench.a.Warm({});
    bench.accepted_at = absl::Now() + absl::Milliseconds(1);
    std::vector<std::pair<std::string, std::string>> played;
    for (const auto& [step, expected] : row.steps) {
      std::string result = co_await Play(bench, step);
      played.emplace_back(step, std::move(result));
    }
    EXPECT_EQ(played, row.steps) << row.name;
    co_await bench.redis.Close();
  }
}

TEST(ClaimsTest, FollowTheirStateMachine) {
  RedisServer server;
  RunWith(server, Table);
}

Task<void> Batches(RedisServer& server, OnLoop& on) {
  Bench bench(server, on);
  (void)co_await bench.redis.WaitConnected(kLong, {});
  std::vector<std::string> ids;
  ids.reserve(1000);
  for (int i = 0; i < 1000; ++i) ids.push_back(absl::StrCat("lead-", i, ":crm"));
  std::vector<std::string> every_third;
  for (size_t i = 0; i < ids.size(); i += 3) every_third.push_back(ids[i]);

  absl::StatusOr<std::vector<ClaimResult>> first =
      co_await bench.a.Acquire(AllWanted(every_third), kLease, {});
  EXPECT_EQ(first.status(), absl::OkStatus());
  if (!first.ok()) co_return;
  std::vector<FinishedClaim> finished;
  for (size_t i = 0; i < every_third.size(); ++i) {
    if (i % 2 == 0) {
      const Claim claim{every_third[i], (*first)[i].fence};
      finished.push_back(FinishedClaim{claim, absl::StrCat("remote id of ", every_third[i])});
    }
  }
  absl::Status status = co_await bench.a.Finish(std::move(finished), {});
  EXPECT_EQ(status, absl::OkStatus());

  absl::StatusOr<std::vector<ClaimResult>> second =
      co_await bench.b.Acquire(AllWanted(ids), kLease, {});
  EXPECT_EQ(second.status(), absl::OkStatus());
  std::vector<std::string> expected;
  std::vector<std::string> actual;
  for (size_t i = 0; i < ids.size(); ++i) {
    expected.push_back(i % 6 == 0   ? absl::StrCat("done remote id of ", ids[i])
                       : i % 3 == 0 ? "busy"
                                    : "claimed");
    if (second.ok()) actual.push_back(ToText((*second)[i]));
  }
  EXPECT_EQ(actual, expected);

  absl::StatusOr<std::vector<ClaimResult>> none = co_await bench.b.Acquire({}, kLease, {});
  EXPECT_EQ(none.status(), absl::OkStatus());
  if (none.ok()) EXPECT_TRUE(none->empty());
  co_await bench.redis.Close();
}

// How long ago the latest request may have left, however the claim came to be in doubt.
Task<void> Doubts(RedisServer& server, OnLoop& on) {
  Bench bench(server, on);
  (void)co_await bench.a.Warm({});
  const std::string key = "lr:claim:{lead-1:crm}";
  const int64_t now = absl::ToUnixMillis(absl::Now());
  const int64_t hour = absl::ToInt64Milliseconds(absl::Hours(1));
  struct Case {
    const char* name;
    std::string value;  // What is in Redis.
    absl::Duration age;
  };
  const std::vector<Case> cases = {
      {"its owner died an hour after its lease",
       absl::StrCat("s 5 ", now - hour, " host-2:b {}"),
       absl::Hours(1)},
      {"given back in doubt", absl::StrCat("u 5 ", now - 2 * hour, " {}"), absl::Hours(2)},
      {"by a clock that was ahead", absl::StrCat("u 5 ", now + hour, " {}"), absl::ZeroDuration()},
      {"by version 0.1", "u 5", absl::ZeroDuration()},
  };
  for (const Case& each : cases) {
    server.Command({"SET", key, each.value});
    absl::StatusOr<ClaimResult> result = co_await Acquire(bench, bench.a, "acquire");
    EXPECT_EQ(result.ok() ? ToText(*result).substr(0, 7) : Message(result.status()), "unknown")
        << each.name;
    if (!result.ok()) continue;
    EXPECT_GE(result->doubt_age, each.age) << each.name;
    EXPECT_LT(result->doubt_age, each.age + absl::Minutes(1)) << each.name;

    const Claim claim{"lead-1:crm", result->fence, ""};
    std::vector<ClaimInDoubt> still{ClaimInDoubt{claim, result->doubt_age}};
    (void)co_await bench.a.ReleaseInDoubt(std::move(still), {});
    absl::StatusOr<ClaimResult> next = co_await Acquire(bench, bench.b, "acquire");
    EXPECT_EQ(next.status(), absl::OkStatus()) << each.name;
    if (!next.ok()) continue;
    EXPECT_GE(next->doubt_age, result->doubt_age) << each.name << ": a doubt grows older";
    EXPECT_LT(next->doubt_age, result->doubt_age + absl::Minutes(1)) << each.name;
  }
  co_await bench.redis.Close();
}

TEST(ClaimsTest, KnowHowOldADoubtIs) {
  RedisServer server;
  RunWith(server, Doubts);
}

TEST(ClaimsTest, TakeAWholeBatchAtOnce) {
  RedisServer server;
  RunWith(server, Batches);
}

Task<void> Lifetimes(RedisServer& server, OnLoop& on) {
  Bench bench(server, on);
  (void)co_await bench.redis.WaitConnected(kLong, {});
  const std::string key = "lr:claim:{lead-1:crm}";
  const int64_t done_ms = absl::ToInt64Milliseconds(kDoneTtl);
  using Step = std::pair<const char*, int64_t>;  // What is done, and the least time it is kept.
  for (const Step& step : {Step{"a acquire", done_ms},
                           Step{"a unsure", done_ms},
                           Step{"a acquire", done_ms},
                           Step{"a finish r-1", done_ms}}) {
    (void)co_await Play(bench, step.first);
    const int64_t left = std::stoll(server.Command({"PTTL", key}));
    EXPECT_GT(left, step.second - 60'000) << step.first;
    EXPECT_LE(left, step.second + absl::ToInt64Milliseconds(kLease)) << step.first;
  }
  co_await bench.redis.Close();
}

TEST(ClaimsTest, AreForgottenNoSoonerThanPromised) {
  RedisServer server;
  RunWith(server, Lifetimes);
}

Task<void> Away(RedisServer& server, OnLoop& on) {
  Bench bench(server, on);
  (void)co_await bench.redis.WaitConnected(kLong, {});
  server.Stop();
  std::vector<std::string> ids{"lead-1:crm"};
  absl::StatusOr<std::vector<ClaimResult>> results =
      co_await bench.a.Acquire(AllWanted(ids), kLease, {});
  EXPECT_EQ(results.status().code(), absl::StatusCode::kUnavailable);
  server.Start();
  (void)co_await bench.redis.WaitConnected(kLong, {});
  server.Command({"CONFIG", "SET", "maxmemory", "1"});
  results = co_await bench.a.Acquire(AllWanted(ids), kLease, {});
  EXPECT_EQ(results.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(results.status().message()),
              ::testing::HasSubstr("cannot acquire 1 claims: script claims: redis: EVAL: OOM"));
  co_await bench.redis.Close();
}

TEST(ClaimsTest, AreUnavailableWhenRedisIsAwayOrRefuses) {
  RedisServer server;
  RunWith(server, Away);
}

}  // namespace
}  // namespace leadrelay::delivery
