// redis::Client against a real redis-server.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "common/redis/redis.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::redis {
namespace {

using coro::Task;
using test::OnLoop;
using test::RedisServer;
using test::RunOnLoop;
using ::testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(10);

Options ToServer(const RedisServer& server) {
  Options options;
  options.port = server.port();
  return options;
}

void RunWith(RedisServer& server, Task<void> (*body)(RedisServer&, OnLoop&)) {
  RunOnLoop(std::bind_front(body, std::ref(server)));
}

Task<absl::StatusOr<Reply>> Send(Client& client, std::string words) {
  return client.Command(absl::StrSplit(words, ' '), kLong, {});
}

Reply Text(std::string text) {
  return Reply{Reply::Kind::kString, std::move(text), 0, {}};
}
Reply Number(int64_t number) {
  return Reply{Reply::Kind::kInteger, "", number, {}};
}
Reply List(std::vector<Reply> items) {
  return Reply{Reply::Kind::kArray, "", 0, std::move(items)};
}

// Waits until a condition that other people's callbacks change has come true.
struct Watch {
  explicit Watch(coro::Timers& timers) : changed(timers) {}
  Task<bool> Until(std::function<bool()> condition) {
    while (!condition()) {
      absl::Status woken = co_await changed.Wait(kLong, {});
      if (!woken.ok()) co_return false;
    }
    co_return true;
  }
  coro::Signal changed;
};

Task<void> Replies(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  absl::Status connected = co_await client.WaitConnected(kLong, {});
  EXPECT_EQ(connected, absl::OkStatus());

  using Row = std::pair<std::vector<std::string>, Reply>;
  const std::string binary("a\0b\r\n", 5);
  std::vector<Row> rows;
  rows.emplace_back(std::vector<std::string>{"SET", "key", binary}, Text("OK"));
  rows.emplace_back(std::vector<std::string>{"GET", "key"}, Text(binary));
  rows.emplace_back(std::vector<std::string>{"GET", "nothing"}, Reply());
  rows.emplace_back(std::vector<std::string>{"INCRBY", "count", "-7"}, Number(-7));
  rows.emplace_back(std::vector<std::string>{"MGET", "key", "nothing"},
                    List({Text(binary), Reply()}));
  rows.emplace_back(std::vector<std::string>{"EVAL", "return {1,{'two'}}", "0"},
                    List({Number(1), List({Text("two")})}));
  for (Row& row : rows) {
    std::string name = row.first[0];
    absl::StatusOr<Reply> reply = co_await client.Command(std::move(row.first), kLong, {});
    EXPECT_EQ(reply.status(), absl::OkStatus()) << name;
    if (reply.ok()) EXPECT_EQ(*reply, row.second) << name;
  }

  absl::StatusOr<Reply> wrong = co_await Send(client, "GET");
  EXPECT_EQ(wrong.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("redis: GET: ERR wrong number"));
  co_await client.Close();
}

TEST(RedisClientTest, CopiesEveryKindOfReply) {
  RedisServer server;
  RunWith(server, Replies);
}

constexpr Script kDouble = {"double", "return tonumber(ARGV[1]) * 2 .. KEYS[1]"};
constexpr Script kBroken = {"broken", "return redis.call('LPUSH', KEYS[1], 'x')"};

Task<void> Scripts(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  for (int round = 0; round < 2; ++round) {
    std::vector<std::string> keys{"k"};
    std::vector<std::string> arguments{"21"};
    absl::StatusOr<Reply> reply = co_await client.Eval(kDouble, keys, arguments, kLong, {});
    EXPECT_EQ(reply.status(), absl::OkStatus());
    if (reply.ok()) EXPECT_EQ(*reply, Text("42k"));
    server.Command({"SCRIPT", "FLUSH"});
  }
  server.Command({"SET", "text", "not a list"});
  std::vector<std::string> text{"text"};
  absl::StatusOr<Reply> broken = co_await client.Eval(kBroken, std::move(text), {}, kLong, {});
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("script broken: "));
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("WRONGTYPE"));
  co_await client.Close();
}

TEST(RedisClientTest, RunsAScriptThatTheServerHasForgotten) {
  RedisServer server;
  RunWith(server, Scripts);
}

Task<void> Login(RedisServer& server, OnLoop& on) {
  Options options = ToServer(server);
  options.password = "wrong";
  Client refused(on.loop, on.timers, options);
  refused.Start();
  absl::Status status = co_await refused.WaitConnected(absl::Milliseconds(200), {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(status.message()), HasSubstr("WRONGPASS"));
  EXPECT_FALSE(refused.connected());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  co_await refused.Close();

  options.username = "default";
  options.password = "secret";
  options.database = 3;
  options.host = "localhost";
  Client client(on.loop, on.timers, options);
  client.Start();
  status = co_await client.WaitConnected(kLong, {});
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_EQ(client.status(), absl::OkStatus());
  absl::StatusOr<Reply> info = co_await Send(client, "CLIENT INFO");
  if (info.ok()) EXPECT_THAT(info->text, HasSubstr(" db=3 "));
  co_await client.Close();
}

TEST(RedisClientTest, AuthenticatesAndSelects) {
  RedisServer server({"--requirepass", "secret"});
  RunWith(server, Login);
}

Task<void> Returns(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  Watch watch(on.timers);
  std::vector<bool> changes;
  client.OnConnectionChange([&](bool connected) {
    changes.push_back(connected);
    watch.changed.NotifyAll();
  });
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  const std::string first_run = client.run_id();
  EXPECT_EQ(first_run.size(), 40u);

  server.Kill9();
  bool noticed = co_await watch.Until([&] { return changes.size() == 2; });
  EXPECT_TRUE(noticed);
  absl::StatusOr<Reply> away = co_await Send(client, "PING");
  EXPECT_EQ(away.status().code(), absl::StatusCode::kUnavailable);
  absl::Status never = co_await client.WaitConnected(absl::Milliseconds(100), {});
  EXPECT_EQ(never.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(never.message()), HasSubstr("refused"));

  server.Start();
  absl::Status back = co_await client.WaitConnected(kLong, {});
  EXPECT_EQ(back, absl::OkStatus());
  absl::StatusOr<Reply> pong = co_await Send(client, "PING");
  if (pong.ok()) EXPECT_EQ(*pong, Text("PONG"));
  EXPECT_EQ(pong.status(), absl::OkStatus());
  EXPECT_NE(client.run_id(), first_run);
  EXPECT_EQ(changes, (std::vector<bool>{true, false, true}));
  co_await client.Close();
}

TEST(RedisClientTest, FailsAtOnceWhileAwayAndComesBackByItself) {
  RedisServer server;
  RunWith(server, Returns);
}

Task<void> Collect(Client& client,
                   absl::Duration timeout,
                   std::stop_token stop,
                   std::vector<absl::StatusCode>& codes) {
  std::vector<std::string> command{"INCR", "count"};
  absl::StatusOr<Reply> reply = co_await client.Command(std::move(command), timeout, stop);
  codes.push_back(reply.status().code());
}

Task<std::string> ConnectionId(Client& client) {
  absl::StatusOr<Reply> reply = co_await Send(client, "CLIENT ID");
  co_return reply.ok() ? absl::StrCat(reply->integer) : std::string(reply.status().message());
}

Task<void> LateReplies(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  std::string id_before = co_await ConnectionId(client);

  server.Command({"CLIENT", "PAUSE", "300", "ALL"});
  std::vector<absl::StatusCode> codes;
  {
    coro::Scope scope(on.loop);
    for (int i = 0; i < 400; ++i) {
      scope.Spawn(Collect(client, absl::Milliseconds(20 + i % 50), {}, codes));
    }
    co_await scope.Join();
  }
  EXPECT_EQ(codes, std::vector<absl::StatusCode>(400, absl::StatusCode::kDeadlineExceeded));
  // Whoever had no time to wait was not waited for; the commands did run, on the one connection.
  std::string id_after = co_await ConnectionId(client);
  EXPECT_EQ(id_after, id_before);
  absl::StatusOr<Reply> count = co_await Send(client, "GET count");
  if (count.ok()) EXPECT_EQ(*count, Text("400"));
  co_await client.Close();
}

TEST(RedisClientTest, ForgetsCallersThatGaveUpBeforeTheirReplies) {
  RedisServer server;
  RunWith(server, LateReplies);
}

Task<void> KilledConnection(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  std::string id = co_await ConnectionId(client);

  // A pause on writes holds the first INCR, and everything behind it is outstanding.
  server.Command({"CLIENT", "PAUSE", "10000", "WRITE"});
  std::vector<absl::StatusCode> codes;
  coro::Scope scope(on.loop);
  for (int i = 0; i < 50; ++i) scope.Spawn(Collect(client, kLong, {}, codes));
  while (!absl::StrContains(server.Command({"CLIENT", "LIST", "ID", id}), " flags=b ")) {
    (void)co_await on.timers.Sleep(absl::Milliseconds(1), {});
  }
  server.Command({"CLIENT", "KILL", "ID", id});
  co_await scope.Join();
  EXPECT_EQ(codes, std::vector<absl::StatusCode>(50, absl::StatusCode::kUnavailable));

  absl::Status back = co_await client.WaitConnected(kLong, {});
  EXPECT_EQ(back, absl::OkStatus());
  co_await client.Close();
}

TEST(RedisClientTest, FailsFiftyCallsWhenTheConnectionIsKilled) {
  RedisServer server;
  RunWith(server, KilledConnection);
}

Task<void> FrozenServer(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  Watch watch(on.timers);
  std::vector<bool> changes;
  client.OnConnectionChange([&](bool connected) {
    changes.push_back(connected);
    watch.changed.NotifyAll();
  });
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  server.Freeze();
  std::vector<std::string> ping{"PING"};
  absl::StatusOr<Reply> silent =
      co_await client.Command(std::move(ping), absl::Milliseconds(50), {});
  EXPECT_EQ(silent.status().code(), absl::StatusCode::kDeadlineExceeded);
  bool dropped = co_await watch.Until([&] { return changes.size() == 2; });
  EXPECT_TRUE(dropped);
  server.Thaw();
  absl::Status back = co_await client.WaitConnected(kLong, {});
  EXPECT_EQ(back, absl::OkStatus());
  co_await client.Close();
}

TEST(RedisClientTest, DropsAServerThatHangs) {
  RedisServer server;
  RunWith(server, FrozenServer);
}

Task<void> StopAndClose(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  server.Freeze();
  std::vector<absl::StatusCode> codes;
  coro::Scope scope(on.loop);
  scope.Spawn(Collect(client, kLong, scope.stop_token(), codes));
  scope.RequestStop();
  co_await scope.Join();
  EXPECT_EQ(codes, std::vector<absl::StatusCode>{absl::StatusCode::kCancelled});

  coro::Scope rest(on.loop);
  for (int i = 0; i < 3; ++i) rest.Spawn(Collect(client, kLong, {}, codes));
  codes.clear();
  co_await client.Close();
  EXPECT_EQ(codes, std::vector<absl::StatusCode>(3, absl::StatusCode::kUnavailable));
  co_await rest.Join();
}

TEST(RedisClientTest, StopsAtOnceAndCloseWaitsForItsCalls) {
  RedisServer server;
  RunWith(server, StopAndClose);
}

int64_t ReadsProcessed(RedisServer& server) {
  const std::string info = server.Command({"INFO", "stats"});
  const std::string name = "total_reads_processed:";
  const size_t from = info.find(name) + name.size();
  int64_t reads = -1;
  EXPECT_TRUE(absl::SimpleAtoi(info.substr(from, info.find('\r', from) - from), &reads));
  return reads;
}

Task<void> OneWritePerTurn(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  const int64_t own_reads = ReadsProcessed(server);
  const int64_t before = ReadsProcessed(server);
  std::vector<absl::StatusCode> codes;
  coro::Scope scope(on.loop);
  for (int i = 0; i < 200; ++i) scope.Spawn(Collect(client, kLong, {}, codes));
  co_await scope.Join();
  const int64_t after = ReadsProcessed(server);
  EXPECT_EQ(codes, std::vector<absl::StatusCode>(200, absl::StatusCode::kOk));
  EXPECT_EQ(after - before - (before - own_reads), 1);
  co_await client.Close();
}

TEST(RedisClientTest, WritesOncePerTurnOfTheLoop) {
  RedisServer server;
  RunWith(server, OneWritePerTurn);
}

Task<void> Published(RedisServer& server, OnLoop& on) {
  Client client(on.loop, on.timers, ToServer(server));
  client.Start();
  (void)co_await client.WaitConnected(kLong, {});
  Watch watch(on.timers);
  std::vector<std::string> heard;
  auto note = [&](const char* who) {
    return [&, who](std::string_view text) {
      heard.push_back(absl::StrCat(who, ":", std::string(text)));
      watch.changed.NotifyAll();
    };
  };
  std::unique_ptr<Subscription> a = client.Subscribe("news", note("a"));
  bool begun = co_await watch.Until([&] { return heard.size() == 1; });
  EXPECT_TRUE(begun);
  std::unique_ptr<Subscription> b = client.Subscribe("other", note("b"));
  begun = co_await watch.Until([&] { return heard.size() == 2; });
  EXPECT_TRUE(begun);
  server.Command({"PUBLISH", "news", "one"});
  server.Command({"PUBLISH", "other", "two"});
  (void)co_await watch.Until([&] { return heard.size() == 4; });
  EXPECT_EQ(heard, (std::vector<std::string>{"a:", "b:", "a:one", "b:two"}));

  b.reset();
  heard.clear();
  server.Restart();
  bool again = co_await watch.Until([&] { return !heard.empty(); });
  EXPECT_TRUE(again);
  server.Command({"PUBLISH", "other", "nobody"});
  server.Command({"PUBLISH", "news", "three"});
  (void)co_await watch.Until([&] { return heard.size() == 2; });
  EXPECT_EQ(heard, (std::vector<std::string>{"a:", "a:three"}));
  co_await client.Close();
}

TEST(RedisClientTest, HearsWhatIsPublishedAndSaysWhenItMayHaveMissedSomething) {
  RedisServer server;
  RunWith(server, Published);
}

}  // namespace
}  // namespace leadrelay::redis
