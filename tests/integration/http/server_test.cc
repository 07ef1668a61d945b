// The HTTP server over real sockets: what it answers to which bytes.

#include "common/http/server.h"

#include <stdexcept>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/integration/http/raw_socket.h"

namespace leadrelay::http {
namespace {

using coro::Task;
using test::Answer;
using test::Exchange;
using test::OnLoop;
using test::ParseAnswers;

// Says what it was asked; the path chooses how.
Task<Response> Echo(ServerRequest request, std::stop_token) {
  Response response;
  response.status = 200;
  const std::string_view path = PathOf(request.url);
  if (path == "/throw") throw std::runtime_error("boom");
  if (path == "/throw-int") throw 7;
  if (path == "/empty") response.status = 204;
  if (path == "/close") response.headers.Add("Connection", "close");
  if (path == "/split") response.headers.Add("Location", "/\r\nSet-Cookie: stolen=1");
  if (path == "/status") response.status = 42;
  if (path == "/forgotten-status") response.status = Response().status;
  if (path == "/hang-up") response.status = kCloseWithoutAnswer;
  response.body = absl::StrCat(request.method, " ", request.url);
  if (!request.body.empty()) absl::StrAppend(&response.body, " '", request.body, "'");
  if (path == "/peer") response.body = request.peer;
  co_return response;
}

ServerOptions Small() {
  ServerOptions options;
  options.max_header_bytes = 8 << 10;
  options.max_body_bytes = 100'000;
  return options;
}

struct Case {
  std::string name;
  std::vector<std::string> pieces;
  std::vector<Answer> answers;
  bool no_body = false;
  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

class ServerAnswersTest : public testing::TestWithParam<Case> {};

Task<void> AnswersBody(OnLoop& on, const Case* c) {
  Server server(on.loop, on.timers, Small(), &Echo);
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  const std::string bytes = co_await Exchange(on, server.port(), c->pieces);
  EXPECT_EQ(ParseAnswers(bytes, c->no_body), c->answers);
  co_await server.Drain(absl::Seconds(5));
  EXPECT_EQ(server.connections(), 0);
}

TEST_P(ServerAnswersTest, AsExpected) {
  test::RunOnLoop([](OnLoop& on) { return AnswersBody(on, &GetParam()); });
}

std::string Get(const std::string& target, const std::string& fields = "") {
  return absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: h\r\n", fields, "\r\n");
}

std::string Post(const std::string& body, const std::string& fields = "") {
  return absl::StrCat(
      "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: ", body.size(), "\r\n", fields, "\r\n", body);
}

std::vector<std::string> ByteByByte(const std::string& bytes) {
  std::vector<std::string> pieces;
  for (char c : bytes) pieces.emplace_back(1, c);
  return pieces;
}

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::vector<Case> Cases() {
  const std::string chunked = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Answer ok = {200, false, "GET /a"};
  const Answer bad = {400, true, "problem"};
  const std::string large(100'001, 'x');
  std::vector<Answer> hundred;
  std::string hundred_bytes;
  for (int i = 0; i < 100; ++i) {
    hundred.push_back({200, false, absl::StrCat("POST /p '", i, "'")});
    hundred_bytes += Post(absl::StrCat(i));
  }
  return {
      {"HalfClosedClientIsAnswered", {Get("/a")}, {ok}},
      {"BodyByLength", {Post("body")}, {{200, false, "POST /p 'body'"}}},
      {"BodyByteByByte", ByteByByte(Post("body")), {{200, false, "POST /p 'body'"}}},
      {"BodyInChunks", {chunked, "3;x=y\r\nabc\r\n", "0\r\n\r\n"}, {{200, false, "POST /c 'abc'"}}},
      {"ChunksByteByByte",
       ByteByByte(chunked + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"),
       {{200, false, "POST /c 'abcd'"}}},
      {"PipelinedInOrder", {hundred_bytes}, hundred},
      {"PipelinedBehindABadOne", {Get("/a") + "\x16" + Get("/a")}, {ok, bad}},
      {"NothingBehindClose",
       {Get("/a", "Connection: close\r\n") + Get("/a")},
       {{200, true, "GET /a"}}},
      {"HandlerCloses", {Get("/close") + Get("/a")}, {{200, true, "GET /close"}}},
      {"Http10", {"GET /a HTTP/1.0\r\n\r\n" + Get("/a")}, {{200, true, "GET /a"}}},
      {"Http10KeepAlive",
       {"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + Get("/a")},
       {ok, ok}},
      {"Head",
       {"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nHEAD /b HTTP/1.1\r\nHost: h\r\n\r\n"},
       {{200, false, ""}, {200, false, ""}},
       true},
      {"NoContent", {Get("/empty") + Get("/a")}, {{204, false, ""}, ok}},
      {"Peer", {Get("/peer")}, {{200, false, "127.0.0.1"}}},
      {"Throws", {Get("/throw") + Get("/a")}, {{500, false, "problem"}, ok}},
      {"ThrowsAnInt", {Get("/throw-int")}, {{500, false, "problem"}}},
      {"ResponseSplitting", {Get("/split") + Get("/a")}, {{500, false, "problem"}, ok}},
      {"ForgottenStatus", {Get("/forgotten-status")}, {{500, false, "problem"}}},
      {"HangsUpWhenTheHandlerSaysSo", {Get("/a") + Get("/hang-up") + Get("/a")}, {ok}},
      {"ImpossibleStatus", {Get("/status")}, {{500, false, "problem"}}},

      {"ContinueThenBody",
       {"POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"},
       {{100, false, ""}}},
      {"TooLargeInsteadOfContinue",
       {"POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 100001\r\n\r\n"},
       {{413, true, "problem"}}},
      {"OtherExpectation", {Get("/a", "Expect: tea\r\n")}, {{417, true, "problem"}}},
      {"BodyOverLimit", {Post(large)}, {{413, true, "problem"}}},
      {"ChunksOverLimit",
       {chunked + "186a0\r\n" + std::string(100'000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n"},
       {{413, true, "problem"}}},
      {"HeaderLineOverLimit",
       {Get("/a", "X-A: " + std::string(32 << 10, 'x') + "\r\n")},
       {{431, true, "problem"}}},
      {"TwoThousandFields", {Get("/a", Repeat("X-A: b\r\n", 2000))}, {{431, true, "problem"}}},
      {"LengthAndChunked",
       {Get("/a", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")},
       {bad}},
      {"TwoLengths", {Get("/a", "Content-Length: 3\r\nContent-Length: 4\r\n")}, {bad}},
      {"UnknownCoding", {Get("/a", "Transfer-Encoding: xchunked\r\n")}, {bad}},
      {"BareReturn", {Get("/a", "X-A: a\rb\r\n")}, {bad}},
      {"Nul", {Get("/a", std::string("X-A: a\0b\r\n", 10))}, {bad}},
      {"BareLineFeeds", {"GET /a HTTP/1.1\nHost: h\n\n"}, {bad}},
      {"NoHost", {"GET /a HTTP/1.1\r\n\r\n"}, {bad}},
      {"TwoHosts", {Get("/a", "Host: i\r\n")}, {bad}},
      {"Tls", {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)}, {bad}},
      {"Nothing", {}, {}},
      {"HalfARequest", {"GET /a HTTP/1.1\r\nHo"}, {}},
      {"HalfABody", {Post("body").substr(0, 50)}, {}},
  };
}

INSTANTIATE_TEST_SUITE_P(Rows, ServerAnswersTest, testing::ValuesIn(Cases()), [](const auto& row) {
  return row.param.name;
});

Task<void> ToldBody(OnLoop& on) {
  std::vector<std::string> told;
  ServerOptions options = Small();
  options.on_exception = [&told](const std::string& what) { told.push_back(what); };
  Server server(on.loop, on.timers, options, &Echo);
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  std::vector<std::string> pieces = {Get("/throw") + Get("/throw-int") + Get("/status")};
  (void)co_await Exchange(on, server.port(), std::move(pieces));
  const std::vector<std::string> expected = {
      "boom",
      "not a std::exception",
      "the response has a status or a header field that cannot be sent"};
  EXPECT_EQ(told, expected);
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, TellsWhatTheHandlerThrew) {
  test::RunOnLoop(ToldBody);
}

Task<void> BytesBody(OnLoop& on) {
  Server server(on.loop, on.timers, Small(), &Echo);
  EXPECT_EQ(server.Listen(), absl::OkStatus());
  std::vector<std::string> pieces = {"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"};
  const std::string bytes = co_await Exchange(on, server.port(), std::move(pieces));
  const size_t date = bytes.find("Date: ");
  EXPECT_EQ(bytes.substr(0, date), "HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(bytes.substr(bytes.find("\r\n", date)), "\r\nContent-Length: 7\r\n\r\n");
  co_await server.Drain(absl::Seconds(5));
}

TEST(ServerTest, AnswersHeadWithTheLengthThatGetWouldHave) {
  test::RunOnLoop(BytesBody);
}

Task<void> ListenBody(OnLoop& on) {
  ServerOptions options = Small();
  Server first(on.loop, on.timers, options, &Echo);
  EXPECT_EQ(first.Listen(), absl::OkStatus());
  options.port = first.port();
  Server second(on.loop, on.timers, options, &Echo);
  EXPECT_EQ(second.Listen(),
            absl::UnavailableError(absl::StrCat(
                "cannot listen on 127.0.0.1 port ", first.port(), ": address already in use")));
  options.host = "not-an-address";
  Server third(on.loop, on.timers, options, &Echo);
  EXPECT_EQ(third.Listen().code(), absl::StatusCode::kInvalidArgument);
  co_await first.Drain(absl::Seconds(5));
  co_await second.Drain(absl::Seconds(5));
}

TEST(ServerTest, SaysWhyItCannotListen) {
  test::RunOnLoop(ListenBody);
}

}  // namespace
}  // namespace leadrelay::http
