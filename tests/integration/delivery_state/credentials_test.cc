// Two replicas and a token endpoint that gives another refresh token with every use, and takes
// none twice.

#include "services/delivery/authorise/credentials.h"

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/coro/scope.h"
#include "common/http/client.h"
#include "common/http/server.h"
#include "common/redis/redis.h"
#include "services/delivery/connectors/oauth.h"
#include "tests/support/redis/redis_server.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::delivery {
namespace {

using coro::Task;
using test::OnLoop;
using test::RedisServer;

constexpr absl::Duration kLong = absl::Seconds(10);
const std::string kKey(32, 'k');

// Gives access-1 and refresh-1 for what it is configured with, access-2 for refresh-1 ...
class TokenEndpoint {
 public:
  TokenEndpoint(OnLoop& on, std::string first)
      : valid_(std::move(first)),
        server_(on.loop, on.timers, {}, [this](http::ServerRequest request, std::stop_token) {
          return Answer(std::move(request));
        }) {
    EXPECT_EQ(server_.Listen(), absl::OkStatus());
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", server_.port(), "/token"); }
  Task<void> Close() { return server_.Drain(absl::Seconds(1)); }

  int given = 0;
  int refused = 0;

 private:
  Task<http::Response> Answer(http::ServerRequest request) {
    http::Response response;
    response.status = 400;
    response.body = R"({"error":"invalid_grant"})";
    if (request.body != absl::StrCat("refresh_token=", valid_)) {
      ++refused;
      co_return response;
    }
    ++given;
    valid_ = absl::StrCat("refresh-", given);
    response.status = 200;
    response.body = absl::StrCat(R"({"access_token":"access-)",
                                 given,
                                 R"(","refresh_token":")",
                                 valid_,
                                 R"(","expires_in":3600})");
    co_return response;
  }

  std::string valid_;
  http::Server server_;
};

class Rotating final : public Connector {
 public:
  Rotating(std::string url, std::string first) : url_(std::move(url)), first_(std::move(first)) {}
  std::string InitialRefreshToken() const override { return first_; }
  std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                            absl::Time) const override {
    return FormTokenRequest(url_, {{"refresh_token", std::string(refresh_token)}});
  }
  absl::StatusOr<RefreshedToken> ParseToken(const http::Response& response) const override {
    return ParseTokenAnswer(response, "The CRM", absl::Hours(1));
  }
  std::optional<Call> Next(Batch&, const Reply*) const override { return std::nullopt; }
  void Authorize(
      http::Request&, const Call&, const Batch&, const Credential&, absl::Time) const override {}
  std::vector<Probe> Probes(absl::Time) const override { return {}; }
  Finding JudgeProbe(const Probe&, const http::Response&) const override { return {}; }

 private:
  const std::string url_;
  const std::string first_;
};

// One process, as far as tokens go.
struct Replica {
  Replica(OnLoop& on, RedisServer& server, const std::string& url, std::string first = "first")
      : redis(on.loop, on.timers, OptionsFor(server)),
        http(on.loop, on.timers),
        connector(url, std::move(first)),
        cache(on.timers, redis, "crm", kKey),
        credentials(on.timers, http, connector, AnyAddress(), &cache) {
    redis.Start();
  }
  Task<void> Connect() {
    absl::Status connected = co_await redis.WaitConnected(kLong, {});
    EXPECT_EQ(connected, absl::OkStatus());
  }
  Task<void> Close() {
    http.Close();
    co_await redis.Close();
  }
  Task<std::string> Current() {
    absl::StatusOr<Credential> credential = co_await credentials.Current({});
    co_return credential.ok() ? credential->token : std::string(credential.status().message());
  }
  Task<std::string> Replace(std::string token) {
    Credential used{std::move(token), ""};
    absl::StatusOr<Credential> credential = co_await credentials.Replace(std::move(used), {});
    co_return credential.ok() ? credential->token : std::string(credential.status().message());
  }
  static redis::Options OptionsFor(const RedisServer& server) {
    redis::Options options;
    options.port = server.port();
    return options;
  }
  static http::SendOptions AnyAddress() {
    http::SendOptions options;
    options.allow_private_addresses = true;
    options.timeout = absl::Seconds(5);
    return options;
  }

  redis::Client redis;
  http::Client http;
  Rotating connector;
  TokenCache cache;
  Credentials credentials;
};

Task<void> Note(Replica* replica, std::string* token) {
  *token = co_await replica->Current();
}
Task<void> NoteReplaced(Replica* replica, std::string used, std::string* token) {
  *token = co_await replica->Replace(std::move(used));
}

Task<void> OneFetchForAll(RedisServer& server, OnLoop& on) {
  TokenEndpoint endpoint(on, "first");
  Replica a(on, server, endpoint.url());
  Replica b(on, server, endpoint.url());
  co_await a.Connect();
  co_await b.Connect();

  std::array<std::string, 4> tokens;
  coro::Scope scope(on.loop);
  scope.Spawn(Note(&a, &tokens[0]));
  scope.Spawn(Note(&b, &tokens[1]));
  scope.Spawn(Note(&a, &tokens[2]));
  scope.Spawn(Note(&b, &tokens[3]));
  co_await scope.Join();
  const std::array<std::string, 4> first = {"access-1", "access-1", "access-1", "access-1"};
  EXPECT_EQ(tokens, first);

  coro::Scope again(on.loop);
  again.Spawn(NoteReplaced(&a, "access-1", &tokens[0]));
  again.Spawn(NoteReplaced(&b, "access-1", &tokens[1]));
  co_await again.Join();
  EXPECT_EQ(tokens[0], "access-2");
  EXPECT_EQ(tokens[1], "access-2");

  // A process that starts later goes on with the refresh token that came last.
  Replica late(on, server, endpoint.url());
  co_await late.Connect();
  const std::string adopted = co_await late.Current();
  EXPECT_EQ(adopted, "access-2");
  const std::string replaced = co_await late.Replace("access-2");
  EXPECT_EQ(replaced, "access-3");
  EXPECT_EQ(endpoint.given, 3);
  EXPECT_EQ(endpoint.refused, 0);

  co_await a.Close();
  co_await b.Close();
  co_await late.Close();
  co_await endpoint.Close();
}

TEST(SharedCredentials, AreFetchedOnceByAllReplicasTogether) {
  RedisServer server;
  test::RunOnLoop([&server](OnLoop& on) { return OneFetchForAll(server, on); });
}

Task<void> NothingInTheClear(RedisServer& server, OnLoop& on) {
  TokenEndpoint endpoint(on, "first");
  Replica replica(on, server, endpoint.url());
  co_await replica.Connect();
  const std::string token = co_await replica.Current();
  EXPECT_EQ(token, "access-1");
  const std::string stored = server.Command({"GET", "lr:token:{crm}"});
  EXPECT_EQ(stored.find("access-1"), std::string::npos);
  EXPECT_EQ(stored.find("refresh-1"), std::string::npos);
  EXPECT_GT(stored.size(), 100u);
  co_await replica.Close();
  co_await endpoint.Close();
}

TEST(SharedCredentials, AreSealedInRedis) {
  RedisServer server;
  test::RunOnLoop([&server](OnLoop& on) { return NothingInTheClear(server, on); });
}

Task<void> Reconnected(RedisServer& server, OnLoop& on) {
  TokenEndpoint old_endpoint(on, "first");
  Replica before(on, server, old_endpoint.url());
  co_await before.Connect();
  const std::string old_token = co_await before.Current();
  EXPECT_EQ(old_token, "access-1");

  TokenEndpoint endpoint(on, "second");
  Replica after(on, server, endpoint.url(), "second");
  co_await after.Connect();
  const std::string token = co_await after.Current();
  EXPECT_EQ(token, "access-1");
  EXPECT_EQ(endpoint.given, 1);
  EXPECT_EQ(endpoint.refused, 0);
  co_await before.Close();
  co_await after.Close();
  co_await old_endpoint.Close();
  co_await endpoint.Close();
}

TEST(SharedCredentials, BeginAnewWithANewConfiguredToken) {
  RedisServer server;
  test::RunOnLoop([&server](OnLoop& on) { return Reconnected(server, on); });
}

Task<void> HolderDies(RedisServer& server, OnLoop& on) {
  TokenEndpoint endpoint(on, "first");
  // Somebody took the lock and was killed.
  EXPECT_EQ(server.Command({"SET", "lr:token:{crm}:lock", "the dead", "PX", "300"}), "OK");
  Replica replica(on, server, endpoint.url());
  co_await replica.Connect();
  const std::string token = co_await replica.Current();
  EXPECT_EQ(token, "access-1");
  co_await replica.Close();
  co_await endpoint.Close();
}

TEST(SharedCredentials, AreFetchedByAnotherWhenTheOneWithTheLockDies) {
  RedisServer server;
  test::RunOnLoop([&server](OnLoop& on) { return HolderDies(server, on); });
}

Task<void> Refused(RedisServer& server, OnLoop& on) {
  TokenEndpoint endpoint(on, "another");
  Replica replica(on, server, endpoint.url());
  co_await replica.Connect();
  absl::StatusOr<Credential> credential = co_await replica.credentials.Current({});
  EXPECT_EQ(credential.status(),
            absl::UnauthenticatedError(
                "The CRM refuses to renew the access token: HTTP 400 invalid_grant"));
  EXPECT_EQ(server.Command({"EXISTS", "lr:token:{crm}:lock"}), "0");
  co_await replica.Close();
  co_await endpoint.Close();
}

TEST(SharedCredentials, ARefusalIsTheOperatorsAffairAndFreesTheLock) {
  RedisServer server;
  test::RunOnLoop([&server](OnLoop& on) { return Refused(server, on); });
}

}  // namespace
}  // namespace leadrelay::delivery
