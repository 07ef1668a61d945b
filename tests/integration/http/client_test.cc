// The HTTP client against servers that behave and servers that do not: what it returns, and whether
// it says rightly if the request may have been processed.

#include "common/http/client.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/integration/http/raw_listener.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::http {
namespace {

using coro::Task;
using test::OnLoop;
using test::Peer;
using test::RawListener;
using Kind = TransportFailure::Kind;

Request Make(std::string method, std::string url, std::string body = "") {
  Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.body = std::move(body);
  return request;
}

SendOptions Private() {
  SendOptions options;
  options.allow_private_addresses = true;
  options.timeout = absl::Seconds(20);
  return options;
}

Task<void> SendOnce(OnLoop& on,
                    Request request,
                    SendOptions options,
                    SendResult& result,
                    ClientOptions client_options = {}) {
  Client client(on.loop, on.timers, client_options);
  result = co_await client.Send(std::move(request), options, std::stop_token());
  EXPECT_EQ(client.in_flight(), 0);
  client.Close();
}

SendResult Send(Request request, SendOptions options = Private(), ClientOptions client = {}) {
  SendResult result;
  test::RunOnLoop([&](OnLoop& on) { return SendOnce(on, request, options, result, client); });
  return result;
}

std::string Local(int port, const std::string& target = "/x") {
  return absl::StrCat("http://127.0.0.1:", port, target);
}

// "200 [name: value] 'body'" or the kind of failure; the reason only where it is our own.
std::string Describe(const SendResult& result) {
  if (const auto* response = std::get_if<Response>(&result)) {
    std::string text = absl::StrCat(response->status);
    for (const auto& [name, value] : response->headers) {
      absl::StrAppend(&text, " [", name, ": ", value, "]");
    }
    return absl::StrCat(text, " '", response->body, "'");
  }
  switch (std::get<TransportFailure>(result).kind) {
    case Kind::kNotSent:
      return "not sent";
    case Kind::kUnknown:
      return "unknown";
    case Kind::kRefusedAddress:
      return "refused address";
    case Kind::kTooLarge:
      return "too large";
    case Kind::kBadRequest:
      return "bad request";
    case Kind::kCancelled:
      return "cancelled";
  }
  return "";
}

// ---- What goes out.

struct WireCase {
  Request request;
  std::string bytes;
};

TEST(ClientWireTest, SendsWhatItWasGivenAndNothingThatCurlWouldAdd) {
  std::string seen;
  RawListener listener([&seen](Peer& peer, int) {
    seen = peer.ReadRequest();
    peer.Answer("");
  });
  const std::string host = absl::StrCat(" HTTP/1.1\r\nHost: 127.0.0.1:",
                                        listener.port(),
                                        "\r\nUser-Agent: leadrelay/test\r\nAccept: */*\r\n");
  std::vector<WireCase> cases = {
      {Make("GET", Local(listener.port(), "/a?b=%20#f")), "GET /a?b=%20" + host + "\r\n"},
      {Make("GET", Local(listener.port()), "q"), "GET /x" + host + "Content-Length: 1\r\n\r\nq"},
      {Make("POST", Local(listener.port()), "body"),
       "POST /x" + host + "Content-Length: 4\r\n\r\nbody"},
      {Make("POST", Local(listener.port())), "POST /x" + host + "Content-Length: 0\r\n\r\n"},
      {Make("PATCH", Local(listener.port()), std::string("a\0b", 3)),
       "PATCH /x" + host + "Content-Length: 3\r\n\r\n" + std::string("a\0b", 3)},
      {Make("DELETE", Local(listener.port())), "DELETE /x" + host + "\r\n"},
      {Make("DELETE", Local(listener.port()), "{}"),
       "DELETE /x" + host + "Content-Length: 2\r\n\r\n{}"},
      {Make("HEAD", Local(listener.port())), "HEAD /x" + host + "\r\n"},
  };
  WireCase fields = {Make("PUT", Local(listener.port()), "1"), ""};
  fields.request.headers = {{"Content-Type", "text/plain"}, {"X-Empty", ""}, {"X-A", "b"}};
  fields.bytes = "PUT /x" + host +
                 "Content-Type: text/plain\r\nX-Empty:\r\nX-A: b\r\nContent-Length: 1\r\n\r\n1";
  cases.push_back(fields);
  // Large enough that curl by itself would first ask for "100 Continue".
  const std::string large(3 << 20, 'x');
  cases.push_back({Make("POST", Local(listener.port()), large),
                   "POST /x" + host + "Content-Length: 3145728\r\n\r\n" + large});
  ClientOptions options;
  options.user_agent = "leadrelay/test";
  for (const WireCase& c : cases) {
    seen.clear();
    const std::string outcome = Describe(Send(c.request, Private(), options));
    EXPECT_TRUE(outcome.starts_with("200 ")) << outcome;
    EXPECT_TRUE(seen == c.bytes) << seen.substr(0, 400);
  }
}

// ---- What comes back.

struct Case {
  std::string name;
  RawListener::Script script;
  std::string outcome;
  Request request = Make("POST", "", "body");
  int requests = 1;  // How often the server has seen it.
  absl::Duration timeout = absl::Seconds(20);
  size_t max_response_bytes = 1000;
  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

RawListener::Script Say(const std::string& bytes) {
  return [bytes](Peer& peer, int) {
    if (!peer.ReadRequest().empty()) peer.Send(bytes);
  };
}

std::vector<Case> Cases() {
  const auto hang_up = [](Peer& peer, int) { (void)peer.ReadRequest(); };
  const auto reset = [](Peer& peer, int) {
    (void)peer.ReadRequest();
    peer.Reset();
  };
  const auto silent = [](Peer& peer, int) {
    (void)peer.ReadRequest();
    (void)peer.ReadRequest();  // Returns when the client has given up.
  };
  const Request get = Make("GET", "");
  const Request head = Make("HEAD", "");
  const std::string kilobyte(1000, 'k');
  return {
      {"Lengths",
       Say("HTTP/1.1 201 Created\r\nX-Id:  7 \r\nContent-Length: 2\r\n\r\nok"),
       "201 [x-id: 7] [content-length: 2] 'ok'"},
      {"NoLength", Say("HTTP/1.1 200 OK\r\n\r\nto the end"), "200 'to the end'"},
      {"Chunks",
       Say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nX-T: "
           "1\r\n\r\n"),
       "200 [transfer-encoding: chunked] 'abc'"},
      {"NoContent", Say("HTTP/1.1 204 No Content\r\n\r\n"), "204 ''"},
      {"Head",
       Say("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"),
       "200 [content-length: 5000] ''",
       head},
      {"InterimAnswersAreSkipped",
       Say("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
           "0\r\n\r\n"),
       "200 [content-length: 0] ''"},
      {"RedirectsAreNotFollowed",
       Say("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
       "302 [location: /elsewhere] [content-length: 0] ''"},
      {"ServerErrorIsAResponse",
       Say("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),
       "503 [content-length: 0] ''"},
      {"BodyAtTheLimit", Say("HTTP/1.1 200 OK\r\n\r\n" + kilobyte), "200 '" + kilobyte + "'"},

      {"HangsUp", hang_up, "unknown"},
      {"HangsUpOnGet", hang_up, "unknown", get},
      {"Resets", reset, "unknown"},
      {"NeverAnswers", silent, "unknown", Make("POST", "", "body"), 1, absl::Milliseconds(100)},
      {"HalfAStatusLine", Say("HTTP/1.1 20"), "unknown"},
      {"HalfAHeader", Say("HTTP/1.1 200 OK\r\nContent-Le"), "unknown"},
      {"HalfABody", Say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "unknown"},
      {"HalfAChunk",
       Say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
       "unknown"},
      {"NoLastChunk",
       Say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"),
       "unknown"},
      {"NotHttp", Say("SSH-2.0-OpenSSH_9\r\n"), "unknown"},
      {"TwoLengths",
       Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nokok"),
       "unknown"},
      {"TheSameLengthTwice",
       Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
       "200 [content-length: 2] [content-length: 2] 'ok'"},
      {"LengthIsNoNumber", Say("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), "unknown"},
      {"TooLargeByLength",
       Say("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + kilobyte + "1"),
       "too large"},
      {"TooLargeToTheEnd", Say("HTTP/1.1 200 OK\r\n\r\n" + kilobyte + "1"), "too large"},
      {"TooLargeInChunks",
       Say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + kilobyte +
           "\r\n1\r\nx\r\n0\r\n\r\n"),
       "too large"},
      {"EndlessHeader",
       [](Peer& peer, int) {
         (void)peer.ReadRequest();
         peer.Send("HTTP/1.1 200 OK\r\n");
         for (int i = 0; i < 1000; ++i) peer.Send("X-A: " + std::string(1000, 'a') + "\r\n");
       },
       "unknown"},
  };
}

class ClientReceivesTest : public testing::TestWithParam<Case> {};

TEST_P(ClientReceivesTest, AsExpected) {
  RawListener listener(GetParam().script);
  Request request = GetParam().request;
  request.url = Local(listener.port());
  SendOptions options = Private();
  options.timeout = GetParam().timeout;
  options.max_response_bytes = GetParam().max_response_bytes;
  EXPECT_EQ(Describe(Send(request, options)), GetParam().outcome);
  EXPECT_EQ(listener.requests(), GetParam().requests);
}

INSTANTIATE_TEST_SUITE_P(Rows, ClientReceivesTest, testing::ValuesIn(Cases()), [](const auto& row) {
  return row.param.name;
});

TEST(ClientTest, SaysWhyThereIsNoResponseInWordsOfItsOwn) {
  struct Row {
    std::string bytes;
    std::string reason;
  };
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const Row& row :
       {Row{"SSH-2.0-OpenSSH_9\r\n", "what came back is no HTTP response"},
        Row{"", "the connection was closed without a response"},
        Row{ok + "Content-Length: -1\r\n\r\n", "the response's header makes no sense"},
        Row{ok + "X: " + std::string(200'000, 'a'), "a line of the response's header is too long"},
        Row{ok + "Content-Length: 9\r\n\r\nhalf", "the connection ended within the response"},
        Row{ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "the response has two lengths"}}) {
    RawListener listener(Say(row.bytes));
    const SendResult result = Send(Make("POST", Local(listener.port()), "body"));
    ASSERT_EQ(Describe(result), "unknown") << row.reason;
    EXPECT_EQ(std::get<TransportFailure>(result).reason, row.reason);
  }
}

// ---- What never goes out.

TEST(ClientTest, ARefusedConnectionMeansNotSent) {
  EXPECT_EQ(Describe(Send(Make("POST", Local(test::UnusedPort()), "body"))), "not sent");
}

TEST(ClientTest, AnUnknownHostMeansNotSent) {
  EXPECT_EQ(Describe(Send(Make("POST", "http://no-such-host.invalid/", "body"))), "not sent");
}

TEST(ClientTest, BadRequestsAreRefusedBeforeAnythingIsConnected) {
  RawListener listener(Say(""));
  const std::string at = absl::StrCat("127.0.0.1:", listener.port());
  Request split = Make("GET", "http://" + at + "/");
  split.headers.Add("X-A", "b\r\nX-Injected: 1");
  for (const Request& request : {Make("GET", "ftp://" + at + "/"),
                                 Make("GET", "http://user:secret@" + at + "/"),
                                 Make("GET", "http://user@" + at + "/"),
                                 Make("GET", "http://"),
                                 Make("GET", "http://[::1/"),
                                 Make("GET", "http://127.0.0.1:99999/"),
                                 Make("GET", "http://" + at + "/a b"),
                                 split}) {
    const SendResult result = Send(request);
    EXPECT_EQ(Describe(result), "bad request") << request.url;
    EXPECT_EQ(std::get<TransportFailure>(result).reason.find("secret"), std::string::npos);
  }
  EXPECT_EQ(listener.accepted(), 0);
}

TEST(ClientTest, RefusesEverySpellingOfAPrivateAddress) {
  RawListener listener(Say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  for (const char* host : {"127.0.0.1",
                           "2130706433",
                           "0x7f000001",
                           "0177.0.0.1",
                           "127.1",
                           "0",
                           "0.0.0.0",
                           "localhost",
                           "[::1]",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[64:ff9b::7f00:1]",
                           "[fe80::1%25lo]",
                           "169.254.169.254",
                           "[fd00:ec2::254]"}) {
    const std::string url = absl::StrCat("http://", host, ":", listener.port(), "/");
    EXPECT_EQ(Describe(Send(Make("GET", url), SendOptions())), "refused address") << host;
  }
  EXPECT_EQ(listener.accepted(), 0);
}

Task<void> ReuseAcrossPermissionsBody(OnLoop& on, int port) {
  Client client(on.loop, on.timers);
  SendResult allowed = co_await client.Send(Make("GET", Local(port)), Private(), std::stop_token());
  EXPECT_EQ(Describe(allowed), "200 [content-length: 0] ''");
  SendResult refused =
      co_await client.Send(Make("GET", Local(port)), SendOptions(), std::stop_token());
  EXPECT_EQ(Describe(refused), "refused address");
  client.Close();
}

TEST(ClientTest, AnOpenConnectionToAPrivateAddressIsNoWayAroundTheCheck) {
  RawListener listener([](Peer& peer, int) {
    while (!peer.ReadRequest().empty()) peer.Answer("");
  });
  test::RunOnLoop([&](OnLoop& on) { return ReuseAcrossPermissionsBody(on, listener.port()); });
  EXPECT_EQ(listener.requests(), 1);
}

TEST(ClientTest, IgnoresProxiesFromTheEnvironment) {
  RawListener listener(Say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  const std::string proxy = absl::StrCat("http://127.0.0.1:", test::UnusedPort());
  setenv("http_proxy", proxy.c_str(), 1);
  setenv("ALL_PROXY", proxy.c_str(), 1);
  EXPECT_EQ(Describe(Send(Make("GET", Local(listener.port())))), "200 [content-length: 0] ''");
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
}

// ---- Connections that are used again.

Task<void> SendAll(OnLoop& on, std::vector<Request> requests, std::vector<std::string>& outcomes) {
  Client client(on.loop, on.timers);
  for (Request& request : requests) {
    SendResult result = co_await client.Send(std::move(request), Private(), std::stop_token());
    outcomes.push_back(Describe(result));
  }
  client.Close();
}

std::vector<std::string> SendInTurn(std::vector<Request> requests) {
  std::vector<std::string> outcomes;
  test::RunOnLoop([&](OnLoop& on) { return SendAll(on, requests, outcomes); });
  return outcomes;
}

TEST(ClientReuseTest, OneConnectionServesOneRequestAfterTheOther) {
  RawListener listener([](Peer& peer, int) {
    while (!peer.ReadRequest().empty()) peer.Answer("");
  });
  const std::vector<std::string> outcomes =
      SendInTurn(std::vector<Request>(20, Make("POST", Local(listener.port()), "body")));
  EXPECT_EQ(outcomes, std::vector<std::string>(20, "200 [content-length: 0] ''"));
  EXPECT_EQ(listener.accepted(), 1);
}

// The first connection answers once, takes a second request and dies without an answer: has the
// server done the work?
void AnswerOnceThenDie(Peer& peer, int nth) {
  (void)peer.ReadRequest();
  peer.Answer("");
  if (nth > 1) return;
  (void)peer.ReadRequest();
}

TEST(ClientReuseTest, APostThatMayHaveBeenProcessedIsNotSentAgain) {
  RawListener listener(&AnswerOnceThenDie);
  const std::string url = Local(listener.port());
  const std::vector<std::string> outcomes =
      SendInTurn({Make("POST", url, "one"), Make("POST", url, "two")});
  const std::vector<std::string> expected = {"200 [content-length: 0] ''", "unknown"};
  EXPECT_EQ(outcomes, expected);
  EXPECT_EQ(listener.requests(), 2);
}

TEST(ClientReuseTest, ABodylessPostThatMayHaveBeenProcessedIsNotSentAgain) {
  RawListener listener(&AnswerOnceThenDie);
  const std::string url = Local(listener.port());
  const std::vector<std::string> outcomes = SendInTurn({Make("POST", url), Make("DELETE", url)});
  const std::vector<std::string> expected = {"200 [content-length: 0] ''", "unknown"};
  EXPECT_EQ(outcomes, expected);
  EXPECT_EQ(listener.requests(), 2);
}

TEST(ClientReuseTest, AGetIsRepeatedOnAFreshConnection) {
  RawListener listener(&AnswerOnceThenDie);
  const std::string url = Local(listener.port());
  const std::vector<std::string> outcomes = SendInTurn({Make("GET", url), Make("GET", url)});
  const std::vector<std::string> expected(2, "200 [content-length: 0] ''");
  EXPECT_EQ(outcomes, expected);
  EXPECT_EQ(listener.requests(), 3);
}

Task<void> SendWithPauses(OnLoop& on, std::string url, std::vector<std::string>& outcomes) {
  Client client(on.loop, on.timers);
  for (int i = 0; i < 3; ++i) {
    SendResult result =
        co_await client.Send(Make("POST", url, "body"), Private(), std::stop_token());
    outcomes.push_back(Describe(result));
    // Until the FIN has surely arrived.
    (void)co_await on.timers.Sleep(absl::Milliseconds(20), std::stop_token());
  }
  client.Close();
}

TEST(ClientReuseTest, AConnectionThatTheServerHasClosedIsNotUsedAgain) {
  RawListener listener([](Peer& peer, int) {
    (void)peer.ReadRequest();
    peer.Answer("");
  });
  const std::string url = Local(listener.port());
  std::vector<std::string> outcomes;
  test::RunOnLoop([&](OnLoop& on) { return SendWithPauses(on, url, outcomes); });
  EXPECT_EQ(outcomes, std::vector<std::string>(3, "200 [content-length: 0] ''"));
  EXPECT_EQ(listener.accepted(), 3);
}

}  // namespace
}  // namespace leadrelay::http
