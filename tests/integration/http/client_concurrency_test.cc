// The HTTP client with many requests at once: caps, waiting, stopping.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/coro/scope.h"
#include "common/http/client.h"
#include "common/http/server.h"
#include "tests/integration/http/held_handler.h"
#include "tests/integration/http/raw_listener.h"

namespace leadrelay::http {
namespace {

using coro::Task;
using test::HeldHandler;
using test::OnLoop;
using test::RunOnLoop;
using Kind = TransportFailure::Kind;

// What came of one request: a status, or minus one minus the kind of failure.
int Code(const SendResult& result) {
  if (const auto* response = std::get_if<Response>(&result)) return response->status;
  return -1 - static_cast<int>(std::get<TransportFailure>(result).kind);
}
constexpr int kNotSent = -1 - static_cast<int>(Kind::kNotSent);
constexpr int kUnknown = -1 - static_cast<int>(Kind::kUnknown);
constexpr int kCancelled = -1 - static_cast<int>(Kind::kCancelled);

SendOptions Private() {
  SendOptions options;
  options.allow_private_addresses = true;
  return options;
}

Task<void> SendInto(
    Client& client, int port, SendOptions options, std::stop_token stop, std::vector<int>& codes) {
  Request request;
  request.method = "POST";
  request.url = absl::StrCat("http://127.0.0.1:", port, "/x");
  request.body = "body";
  SendResult result = co_await client.Send(std::move(request), options, std::move(stop));
  codes.push_back(Code(result));
}

Task<void> CapBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  ClientOptions options;
  options.max_connections_per_host = 3;
  Client client(on.loop, on.timers, options);
  std::vector<int> codes;
  coro::Scope scope(on.loop);
  for (int i = 0; i < 50; ++i) {
    scope.Spawn(SendInto(client, server.port(), Private(), scope.stop_token(), codes));
  }
  co_await handler.AwaitArrivals(3);
  EXPECT_EQ(client.in_flight(), 50);
  EXPECT_EQ(server.connections(), 3);
  handler.Release();
  co_await scope.Join();
  EXPECT_EQ(codes, std::vector<int>(50, 200));
  EXPECT_EQ(handler.most_at_once, 3);
  EXPECT_EQ(handler.arrivals, 50);
  client.Close();
  co_await server.Drain(absl::Seconds(5));
}

TEST(ClientConcurrencyTest, ConnectionsPerHostAreCapped) {
  RunOnLoop(CapBody);
}

Task<void> WaitingBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  ClientOptions client_options;
  client_options.max_connections_per_host = 1;
  Client client(on.loop, on.timers, client_options);
  coro::Scope scope(on.loop);
  std::vector<int> first, brief, patient;
  scope.Spawn(SendInto(client, server.port(), Private(), scope.stop_token(), first));
  co_await handler.AwaitArrivals(1);

  // The wait for a connection counts towards the timeout, and not towards the connect timeout.
  SendOptions options = Private();
  options.connect_timeout = absl::Milliseconds(20);
  scope.Spawn(SendInto(client, server.port(), options, scope.stop_token(), patient));
  options.timeout = absl::Milliseconds(60);
  co_await SendInto(client, server.port(), options, scope.stop_token(), brief);
  EXPECT_EQ(brief, std::vector<int>{kNotSent});
  EXPECT_TRUE(patient.empty());
  handler.Release();
  co_await scope.Join();
  EXPECT_EQ(first, std::vector<int>{200});
  EXPECT_EQ(patient, std::vector<int>{200});
  EXPECT_EQ(handler.arrivals, 2);
  client.Close();
  co_await server.Drain(absl::Seconds(5));
}

TEST(ClientConcurrencyTest, ARequestThatStillWaitedForAConnectionWasNotSent) {
  RunOnLoop(WaitingBody);
}

Task<void> StopBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  Client client(on.loop, on.timers);
  std::vector<int> codes;
  coro::Scope scope(on.loop);
  for (int i = 0; i < 200; ++i) {
    scope.Spawn(SendInto(client, server.port(), Private(), scope.stop_token(), codes));
  }
  co_await handler.AwaitArrivals(64);  // As many as may go to one host; the others wait in curl.
  scope.RequestStop();
  co_await scope.Join();
  EXPECT_EQ(codes, std::vector<int>(200, kCancelled));
  EXPECT_EQ(client.in_flight(), 0);

  codes.clear();
  std::stop_source stopped;
  stopped.request_stop();
  co_await SendInto(client, server.port(), Private(), stopped.get_token(), codes);
  EXPECT_EQ(codes, std::vector<int>{kCancelled});

  handler.Release();
  codes.clear();
  co_await SendInto(client, server.port(), Private(), std::stop_token(), codes);
  EXPECT_EQ(codes, std::vector<int>{200});
  client.Close();
  co_await server.Drain(absl::Seconds(5));
  EXPECT_EQ(on.timers.pending(), 0u);
}

TEST(ClientConcurrencyTest, AStopEndsTwoHundredRequestsAndLeavesNothingBehind) {
  RunOnLoop(StopBody);
}

Task<void> TimeoutBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  Client client(on.loop, on.timers);
  std::vector<int> codes;
  coro::Scope scope(on.loop);
  SendOptions options = Private();
  options.timeout = absl::Milliseconds(300);
  for (int i = 0; i < 50; ++i) {
    scope.Spawn(SendInto(client, server.port(), options, scope.stop_token(), codes));
  }
  co_await scope.Join();
  EXPECT_EQ(codes, std::vector<int>(50, kUnknown));
  EXPECT_EQ(handler.arrivals, 50);
  handler.Release();
  client.Close();
  co_await server.Drain(absl::Seconds(5));
}

TEST(ClientConcurrencyTest, ARequestThatWasSentAndNotAnsweredIsUnknown) {
  RunOnLoop(TimeoutBody);
}

Task<void> MixedHostsBody(OnLoop& on) {
  HeldHandler held(on), quick(on);
  quick.Release();
  Server slow_server(on.loop, on.timers, ServerOptions(), held.AsHandler());
  Server quick_server(on.loop, on.timers, ServerOptions(), quick.AsHandler());
  EXPECT_EQ(slow_server.Listen(), absl::OkStatus());
  EXPECT_EQ(quick_server.Listen(), absl::OkStatus());
  ClientOptions options;
  options.max_connections_per_host = 2;
  Client client(on.loop, on.timers, options);
  std::vector<int> slow, fast;
  coro::Scope scope(on.loop);
  for (int i = 0; i < 20; ++i) {
    scope.Spawn(SendInto(client, slow_server.port(), Private(), scope.stop_token(), slow));
  }
  co_await held.AwaitArrivals(2);
  for (int i = 0; i < 20; ++i) {
    co_await SendInto(client, quick_server.port(), Private(), scope.stop_token(), fast);
  }
  EXPECT_EQ(fast, std::vector<int>(20, 200));
  EXPECT_TRUE(slow.empty());
  held.Release();
  co_await scope.Join();
  EXPECT_EQ(slow, std::vector<int>(20, 200));
  client.Close();
  co_await slow_server.Drain(absl::Seconds(5));
  co_await quick_server.Drain(absl::Seconds(5));
}

TEST(ClientConcurrencyTest, OneHostThatHangsDoesNotHoldUpAnother) {
  RunOnLoop(MixedHostsBody);
}

}  // namespace
}  // namespace leadrelay::http
