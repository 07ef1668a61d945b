// The HTTP server over time: deadlines, limits, clients that vanish, draining.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/coro/offload.h"
#include "common/coro/scope.h"
#include "common/http/server.h"
#include "tests/integration/http/held_handler.h"
#include "tests/integration/http/raw_socket.h"
#include "tests/support/fake_clock.h"

namespace leadrelay::http {
namespace {

using coro::Offload;
using coro::Task;
using test::Answer;
using test::Exchange;
using test::HeldHandler;
using test::OnLoop;
using test::ParseAnswers;
using test::RawSocket;
using test::RunOnLoop;

using Answers = std::vector<Answer>;

const char kGet[] = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

// For what has no signal: the server's own book-keeping after a client has gone.
Task<void> AwaitNoConnections(OnLoop& on, Server& server) {
  for (int i = 0; i < 10'000 && server.connections() > 0; ++i) {
    (void)co_await on.timers.Sleep(absl::Milliseconds(1), std::stop_token());
  }
  EXPECT_EQ(server.connections(), 0);
}

Task<void> SlowBody(OnLoop& on) {
  HeldHandler handler(on);
  ServerOptions options;
  options.request_timeout = absl::Milliseconds(60);
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  const int port = server.port();
  const Answers too_slow = {{408, true, "problem"}};

  auto header = [port] { return RawSocket(port).Trickle(std::string(500, 'X')); };
  const std::string to_header = co_await Offload(on.loop, header);
  EXPECT_EQ(ParseAnswers(to_header), too_slow);

  auto body = [port] {
    RawSocket socket(port);
    socket.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n");
    return socket.Trickle(std::string(500, 'X'));
  };
  const std::string to_body = co_await Offload(on.loop, body);
  EXPECT_EQ(ParseAnswers(to_body), too_slow);

  auto second = [port] {
    RawSocket socket(port);
    socket.Send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
    const std::string first = socket.ReadUntil("held");
    return first + socket.Trickle(std::string(500, 'X'));
  };
  handler.Release();
  const std::string to_second = co_await Offload(on.loop, second);
  const Answers answered_then_slow = {{200, false, "held"}, {408, true, "problem"}};
  EXPECT_EQ(ParseAnswers(to_second), answered_then_slow);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerDeadlineTest, ARequestThatTricklesInIsAnswered408) {
  RunOnLoop(SlowBody);
}

Task<void> IdleBody(OnLoop& on) {
  HeldHandler handler(on);
  handler.Release();
  ServerOptions options;
  options.idle_timeout = absl::Milliseconds(60);
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  const int port = server.port();
  auto silent = [port] { return RawSocket(port).ReadToEnd(); };
  const std::string to_silent = co_await Offload(on.loop, silent);
  EXPECT_EQ(to_silent, "");
  auto idle = [port] {
    RawSocket socket(port);
    socket.Send(kGet);
    return socket.ReadToEnd();
  };
  const std::string to_idle = co_await Offload(on.loop, idle);
  const Answers one = {{200, false, "held"}};
  EXPECT_EQ(ParseAnswers(to_idle), one);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerDeadlineTest, AnIdleConnectionIsClosedWithoutAWord) {
  RunOnLoop(IdleBody);
}

Task<void> HandlerTimeBody(OnLoop& on) {
  HeldHandler handler(on);
  ServerOptions options;
  options.idle_timeout = options.request_timeout = absl::Milliseconds(20);
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  coro::Scope scope(on.loop);
  const int port = server.port();
  auto client = [port] {
    RawSocket socket(port);
    socket.Send(kGet);
    return socket.ReadToEnd();
  };
  auto release_late = [](OnLoop& with, HeldHandler& held) -> Task<void> {
    co_await held.AwaitArrivals(1);
    (void)co_await with.timers.Sleep(absl::Milliseconds(100), std::stop_token());
    held.Release();
  };
  scope.Spawn(release_late(on, handler));
  const std::string bytes = co_await Offload(on.loop, client);
  const Answers one = {{200, false, "held"}};
  EXPECT_EQ(ParseAnswers(bytes), one);
  co_await scope.Join();
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerDeadlineTest, NoDeadlineRunsWhileTheHandlerWorks) {
  RunOnLoop(HandlerTimeBody);
}

Task<void> StuckReaderBody(OnLoop& on) {
  HeldHandler handler(on);
  handler.body = std::string(64 << 20, 'x');
  handler.Release();
  ServerOptions options;
  options.request_timeout = absl::Milliseconds(60);
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  RawSocket stuck(server.port());
  stuck.Send(kGet);
  co_await handler.AwaitArrivals(1);
  co_await AwaitNoConnections(on, server);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerDeadlineTest, AClientThatDoesNotReadItsAnswerIsCutOff) {
  RunOnLoop(StuckReaderBody);
}

Task<void> LargeBody(OnLoop& on) {
  HeldHandler handler(on);
  handler.body = std::string(32 << 20, 'x');
  handler.Release();
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  std::vector<std::string> twice = {std::string(kGet) + kGet};
  const std::string bytes = co_await Exchange(on, server.port(), std::move(twice));
  const Answers both = {{200, false, handler.body}, {200, false, handler.body}};
  EXPECT_TRUE(ParseAnswers(bytes) == both);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, AnswersThatFillEveryBufferArriveWholeAndInOrder) {
  RunOnLoop(LargeBody);
}

Task<void> FloodBody(OnLoop& on) {
  HeldHandler handler(on);
  handler.body.clear();  // Answers with the URL.
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  constexpr size_t kLimit = 256 << 20;
  constexpr std::string_view kRequest = "GET /flood HTTP/1.1\r\nHost: h\r\n\r\n";
  const int port = server.port();
  auto flood = [port, kRequest] {
    RawSocket socket(port);
    std::string many;
    for (int i = 0; i < 30'000; ++i) many += kRequest;
    return socket.SendUntilBlocked(many, kLimit);
  };
  const size_t taken = co_await Offload(on.loop, flood);
  EXPECT_LT(taken, kLimit / 2) << "the server read on while the first request was not answered";
  EXPECT_EQ(handler.arrivals, 1);
  handler.Release();
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, StopsReadingPipelinedRequestsUntilTheFirstIsAnswered) {
  RunOnLoop(FloodBody);
}

Task<void> VanishBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  constexpr int kClients = 300;
  {
    std::vector<RawSocket> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back(server.port());
      clients.back().Send(kGet);
    }
    co_await handler.AwaitArrivals(kClients);
    EXPECT_EQ(server.in_flight(), kClients);
    for (int i = 0; i < kClients; i += 2) clients[static_cast<size_t>(i)].Vanish();
  }  // The other half closes in order.
  handler.Release();
  co_await AwaitNoConnections(on, server);
  EXPECT_EQ(handler.finished, kClients);
  EXPECT_EQ(handler.stopped, 0) << "a handler was cut short because its client had gone";
  EXPECT_EQ(server.in_flight(), 0);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, HandlersRunToTheirEndWhenTheirClientsVanish) {
  RunOnLoop(VanishBody);
}

Task<void> RefusedBody(OnLoop& on) {
  HeldHandler handler(on);
  ServerOptions options;
  options.max_body_bytes = 1000;
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  const int port = server.port();
  auto talk_on = [port] {
    RawSocket socket(port);
    socket.Send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
    std::string bytes = socket.ReadToEnd();  // The server has said all it has to say.
    for (int i = 0; i < 10; ++i) {
      EXPECT_TRUE(socket.Send(std::string(100'000, 'x'))) << "reset at piece " << i;
    }
    return bytes;
  };
  const std::string bytes = co_await Offload(on.loop, talk_on);
  const Answers refused = {{413, true, "problem"}};
  EXPECT_EQ(ParseAnswers(bytes), refused);
  EXPECT_EQ(handler.arrivals, 0);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, AClientThatWasRefusedCanFinishItsBodyWithoutAReset) {
  RunOnLoop(RefusedBody);
}

Task<void> OverLimitBody(OnLoop& on) {
  HeldHandler handler(on);
  ServerOptions options;
  options.max_connections = 2;
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  RawSocket first(server.port());
  RawSocket second(server.port());
  first.Send(kGet);
  second.Send(kGet);
  co_await handler.AwaitArrivals(2);
  std::vector<std::string> get = {kGet};
  const std::string refused = co_await Exchange(on, server.port(), get);
  const Answers busy = {{503, true, "problem"}};
  EXPECT_EQ(ParseAnswers(refused), busy);
  EXPECT_NE(refused.find("\r\nRetry-After: 1\r\n"), std::string::npos);
  handler.Release();
  first.Vanish();
  second.Vanish();
  co_await AwaitNoConnections(on, server);
  const std::string taken = co_await Exchange(on, server.port(), get);
  const Answers one = {{200, false, "held"}};
  EXPECT_EQ(ParseAnswers(taken), one);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, ConnectionsOverTheLimitAreAnswered503) {
  RunOnLoop(OverLimitBody);
}

// Two connections are as many as there may be; on one a second request has begun.
Task<void> CrowdBody(OnLoop& on, test::FakeClock& clock) {
  HeldHandler handler(on);
  handler.Release();
  ServerOptions options;
  options.max_connections = 2;
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  const int port = server.port();
  RawSocket slow(port);
  RawSocket idle(port);
  auto settle = [&slow, &idle] {
    slow.Send(std::string(kGet) + "GET /x HTT");
    idle.Send(kGet);
    return slow.ReadUntil("held") + idle.ReadUntil("held");
  };
  const std::string settled = co_await Offload(on.loop, settle);
  const Answers one = {{200, false, "held"}};
  const Answers two = {{200, false, "held"}, {200, false, "held"}};
  EXPECT_EQ(ParseAnswers(settled), two);

  std::vector<std::string> get = {kGet};
  const std::string too_soon = co_await Exchange(on, port, get);
  const Answers busy = {{503, true, "problem"}};
  EXPECT_EQ(ParseAnswers(too_soon), busy);

  clock.Advance(absl::Seconds(1));
  RawSocket stays(port);
  auto for_idle = [&stays, &idle] {
    stays.Send(kGet);
    return stays.ReadUntil("held") + idle.ReadToEnd();
  };
  const std::string first = co_await Offload(on.loop, for_idle);
  EXPECT_EQ(ParseAnswers(first), one);
  auto for_slow = [&slow, port] {
    RawSocket next(port);
    next.Send(kGet);
    return next.ReadUntil("held") + slow.ReadToEnd();
  };
  const std::string second = co_await Offload(on.loop, for_slow);
  EXPECT_EQ(ParseAnswers(second), one);
  co_await server.Drain(absl::ZeroDuration());  // By this clock no other time would pass.
}

TEST(ServerTest, AtTheLimitTheSilentMakeRoom) {
  test::FakeClock clock;
  RunOnLoop([&clock](OnLoop& on) { return CrowdBody(on, clock); }, clock);
}

// Two clients have sent half of a large body each; the server has no room for a third, whole one.
Task<void> OverBufferedBody(OnLoop& on) {
  HeldHandler handler(on);
  handler.Release();
  ServerOptions options;
  options.max_body_bytes = 400'000;
  options.max_buffered_bytes = 600'000;
  Server server(on.loop, on.timers, options, handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  const std::string head = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n";
  const std::string half(150'000, 'a');
  RawSocket first(server.port());
  RawSocket second(server.port());
  first.Send(head + half);
  second.Send(head + half);

  std::vector<std::string> large = {head + half + half};
  const std::string refused = co_await Exchange(on, server.port(), large);
  const Answers busy = {{503, true, "problem"}};
  EXPECT_EQ(ParseAnswers(refused), busy);
  EXPECT_NE(refused.find("\r\nRetry-After: 1\r\n"), std::string::npos);

  std::vector<std::string> get = {kGet};
  const std::string small = co_await Exchange(on, server.port(), get);
  const Answers one = {{200, false, "held"}};
  EXPECT_EQ(ParseAnswers(small), one);

  first.Vanish();
  second.Vanish();
  co_await AwaitNoConnections(on, server);
  const std::string taken = co_await Exchange(on, server.port(), large);
  EXPECT_EQ(ParseAnswers(taken), one);
  const std::string again = co_await Exchange(on, server.port(), large);
  EXPECT_EQ(ParseAnswers(again), one);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, LargeBodiesTogetherAreBoundedAndLeaveRoomForSmallOnes) {
  RunOnLoop(OverBufferedBody);
}

Task<void> DrainBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  RawSocket idle(server.port());
  RawSocket half(server.port());
  RawSocket whole(server.port());
  RawSocket pipelined(server.port());
  half.Send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na");
  whole.Send(kGet);
  pipelined.Send(std::string(kGet) + kGet);
  co_await handler.AwaitArrivals(2);

  coro::Scope scope(on.loop);
  scope.Spawn(server.Drain(absl::Seconds(20)));
  auto read_idle = [&idle] { return idle.ReadToEnd(); };
  const std::string to_idle = co_await Offload(on.loop, read_idle);
  EXPECT_EQ(to_idle, "");
  RawSocket late(server.port());
  EXPECT_FALSE(late.connected());

  handler.Release();
  half.Send("b");
  const Answers closing = {{200, true, "held"}};
  for (RawSocket* socket : {&half, &whole, &pipelined}) {
    auto read = [socket] {
      std::string bytes = socket->ReadToEnd();
      socket->Vanish();
      return bytes;
    };
    const std::string bytes = co_await Offload(on.loop, read);
    EXPECT_EQ(ParseAnswers(bytes), closing);
  }
  co_await scope.Join();
  EXPECT_EQ(handler.stopped, 0);
  EXPECT_EQ(handler.finished, 3);
  EXPECT_EQ(server.connections(), 0);
}

TEST(ServerDrainTest, RefusesTheNewClosesTheIdleAndAnswersWhatIsUnderWay) {
  RunOnLoop(DrainBody);
}

Task<void> GraceBody(OnLoop& on) {
  HeldHandler handler(on);
  Server server(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  RawSocket waits(server.port());
  RawSocket half(server.port());
  waits.Send(kGet);
  half.Send("GET /x");
  co_await handler.AwaitArrivals(1);
  co_await server.Drain(absl::Milliseconds(50));
  EXPECT_EQ(handler.stopped, 1);
  EXPECT_EQ(server.connections(), 0);
  EXPECT_EQ(server.in_flight(), 0);
  EXPECT_EQ(waits.ReadToEnd(), "");
  EXPECT_EQ(half.ReadToEnd(), "");
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerDrainTest, CutsWhatIsLeftAfterTheGracePeriod) {
  RunOnLoop(GraceBody);
}

Task<void> NeverListenedBody(OnLoop& on) {
  HeldHandler handler(on);
  Server dropped(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  Server drained(on.loop, on.timers, ServerOptions(), handler.AsHandler());
  co_await drained.Drain(absl::Seconds(5));
}

TEST(ServerDrainTest, NeedsNoListening) {
  RunOnLoop(NeverListenedBody);
}

}  // namespace
}  // namespace leadrelay::http
