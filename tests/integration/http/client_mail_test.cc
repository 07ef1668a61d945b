// The client and SMTP: what a server sees of a mail, what each of its answers and failures becomes,
// and that nothing of it holds up the loop.

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/coro/scope.h"
#include "common/http/client.h"
#include "tests/integration/http/raw_listener.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::http {
namespace {

using coro::Task;
using test::OnLoop;
using test::Peer;
using test::RawListener;
using Kind = TransportFailure::Kind;

// An SMTP server that does one thing wrong.
struct Server {
  // Answers by what the line begins with, before the usual ones; "" is the greeting, "." the
  // message.  "hang up", "say nothing" and "reset" are done and not said.
  std::vector<std::pair<std::string, std::string>> answers;
  std::string extensions = "250-AUTH PLAIN\r\n";
  std::string seen;     // Every line, without its end, and a | behind it.
  std::string message;  // As it came over the wire, without the dot.

  void operator()(Peer& peer, int) {
    if (!Answer(peer, "")) return;
    for (std::string line = peer.ReadLine(); !line.empty(); line = peer.ReadLine()) {
      seen += line.substr(0, line.find_last_not_of("\r\n") + 1) + "|";
      if (!Answer(peer, line)) return;
      if (line == "STARTTLS\r\n" && AnswerTo(line).starts_with("220")) {
        extensions.clear();
        if (!peer.StartTls()) return;
      }
      if (line == "DATA\r\n" && !TakeMessage(peer)) return;
    }
  }

 private:
  bool TakeMessage(Peer& peer) {
    for (std::string line = peer.ReadLine(); !line.empty(); line = peer.ReadLine()) {
      if (line == ".\r\n") return Answer(peer, ".");
      message += line;
    }
    return false;
  }

  std::string AnswerTo(const std::string& line) const {
    for (const auto& [beginning, answer] : answers) {
      if (beginning.empty() ? line.empty() : line.starts_with(beginning)) return answer;
    }
    if (line.empty()) return "220 mail.example.com ESMTP\r\n";
    if (line.starts_with("EHLO")) return absl::StrCat("250-mail\r\n", extensions, "250 OK\r\n");
    if (line.starts_with("STARTTLS")) return "220 go\r\n";
    if (line.starts_with("AUTH")) return "334 \r\n";
    if (line.starts_with("DATA")) return "354 go\r\n";
    if (line == ".") return "250 2.0.0 queued as 7\r\n";
    if (line.starts_with("QUIT")) return "221 bye\r\n";
    if (line.starts_with("NOOP")) return "250 ok\r\n";
    return line.find(' ') == std::string::npos ? "235 welcome\r\n" : "250 ok\r\n";
  }

  // False when the conversation is over.
  bool Answer(Peer& peer, const std::string& line) {
    const std::string answer = AnswerTo(line);
    if (answer == "reset") peer.Reset();
    if (answer == "say nothing") (void)peer.ReadLine();  // Until the client has given up.
    if (answer == "reset" || answer == "say nothing" || answer == "hang up") return false;
    peer.Send(answer);
    return true;
  }
};

Request Mail(int port, const std::string& scheme = "smtp") {
  Request request;
  request.method = "MAIL";
  request.url = absl::StrCat(scheme, "://127.0.0.1:", port, "/relay.example.com");
  request.headers = {{"smtp-from", "relay@example.com"},
                     {"smtp-to", "ann@example.com"},
                     {"smtp-tls", "none"},
                     {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  request.body = "Subject: x\r\n\r\n.hello\r\n";
  return request;
}

SendOptions Private(absl::Duration timeout = absl::Seconds(20)) {
  SendOptions options;
  options.allow_private_addresses = true;
  options.timeout = timeout;
  return options;
}

Task<void> SendOnce(OnLoop& on,
                    Request request,
                    SendOptions options,
                    ClientOptions client_options,
                    SendResult& result) {
  Client client(on.loop, on.timers, client_options);
  result = co_await client.Send(std::move(request), options, std::stop_token());
  EXPECT_EQ(client.in_flight(), 0);
  client.Close();
}

SendResult Send(const Request& request,
                const SendOptions& options = Private(),
                const ClientOptions& client = {}) {
  SendResult result;
  test::RunOnLoop([&](OnLoop& on) { return SendOnce(on, request, options, client, result); });
  return result;
}

// "550 to", or the kind of failure.
std::string Describe(const SendResult& result) {
  if (const auto* response = std::get_if<Response>(&result)) {
    return absl::StrCat(response->status, " ", std::string(response->headers.Get("smtp-step")));
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

TEST(ClientMailTest, SaysWhatItHasToAndTakesLeave) {
  Server server;
  Response taken;
  {
    RawListener listener(std::ref(server));
    Request request = Mail(listener.port());
    request.headers.Add("smtp-to", "bob@example.com");
    taken = std::get<Response>(Send(request));
  }
  EXPECT_EQ(server.seen,
            "EHLO relay.example.com|MAIL FROM:<relay@example.com>|RCPT TO:<ann@example.com>|"
            "RCPT TO:<bob@example.com>|DATA|QUIT|");
  EXPECT_EQ(server.message, "Subject: x\r\n\r\n..hello\r\n");
  const Response expected = {
      250, {{"smtp-step", "message"}, {"smtp-status", "2.0.0"}}, "2.0.0 queued as 7"};
  EXPECT_EQ(taken, expected);
}

TEST(ClientMailTest, LogsInAndTakesLeaveWithoutAMail) {
  Server server;
  {
    RawListener listener(std::ref(server));
    Request request;
    request.method = "NOOP";
    request.url = Mail(listener.port()).url;
    request.headers = {{"smtp-tls", "none"}};
    EXPECT_EQ(Describe(Send(request)), "250 noop");
  }
  EXPECT_EQ(server.seen, "EHLO relay.example.com|NOOP|QUIT|");
}

TEST(ClientMailTest, SendsAMessageThatFillsEveryBuffer) {
  Server server;
  Request request = Mail(0);
  for (int i = 0; i < 100'000; ++i)
    absl::StrAppend(&request.body, ".", std::string(80, 'x'), "\r\n");
  {
    RawListener listener(std::ref(server));
    request.url = Mail(listener.port()).url;
    EXPECT_EQ(Describe(Send(request)), "250 message");
  }
  EXPECT_EQ(server.message.size(), request.body.size() + 100'001);
}

// ---- What comes back.

struct Case {
  std::string name;
  std::vector<std::pair<std::string, std::string>> answers;
  std::string outcome;
  absl::Duration timeout = absl::Seconds(20);
  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

std::vector<Case> Cases() {
  const absl::Duration soon = absl::Milliseconds(150);
  return {
      {"GreetingLater", {{"", "421 busy\r\n"}}, "421 connect"},
      {"GreetingNever", {{"", "554 go away\r\n"}}, "554 connect"},
      {"HelloRefused", {{"EHLO", "550 who\r\n"}, {"HELO", "550 who\r\n"}}, "550 connect"},
      {"SenderLater", {{"MAIL", "451 later\r\n"}}, "451 from"},
      {"SenderNever", {{"MAIL", "530 5.7.0 log in\r\n"}}, "530 from"},
      {"RecipientLater", {{"RCPT", "450 4.2.0 greylisted\r\n"}}, "450 to"},
      {"RecipientNever", {{"RCPT", "550-5.1.1 no\r\n550 5.1.1 such\r\n"}}, "550 to"},
      {"DataLater", {{"DATA", "452 full\r\n"}}, "452 data"},
      {"MessageLater", {{".", "451 scanning\r\n"}}, "451 message"},
      {"MessageNever", {{".", "554 5.7.1 spam\r\n"}}, "554 message"},
      {"SilentAboutLeaving", {{"QUIT", "say nothing"}}, "250 message"},

      {"HangsUpAtOnce", {{"", "hang up"}}, "not sent"},
      {"GreetsAsHttp", {{"", "HTTP/1.1 400 Bad Request\r\n\r\n"}}, "not sent", soon},
      {"NeverGreets", {{"", "say nothing"}}, "not sent", soon},
      {"NeverSaysHello", {{"EHLO", "say nothing"}}, "not sent", soon},
      {"HangsUpOnSender", {{"MAIL", "hang up"}}, "not sent"},
      {"ResetsOnSender", {{"MAIL", "reset"}}, "not sent"},
      {"SilentAboutSender", {{"MAIL", "say nothing"}}, "not sent", soon},
      {"HangsUpOnData", {{"DATA", "hang up"}}, "not sent"},
      {"NotSmtpOnSender", {{"MAIL", "what?\r\n"}}, "not sent"},
      {"AnswersTooEarly", {{"MAIL", "250 ok\r\n250 ok\r\n"}}, "not sent"},

      {"HangsUpOnMessage", {{".", "hang up"}}, "unknown"},
      {"ResetsOnMessage", {{".", "reset"}}, "unknown"},
      {"SilentAboutMessage", {{".", "say nothing"}}, "unknown", soon},
      {"NotSmtpOnMessage", {{".", "what?\r\n"}}, "unknown"},
      {"EndlessAboutMessage", {{".", std::string(50'000, '2')}}, "unknown"},
  };
}

class ClientMailAnswersTest : public testing::TestWithParam<Case> {};

TEST_P(ClientMailAnswersTest, AsExpected) {
  Server server;
  server.answers = GetParam().answers;
  RawListener listener(std::ref(server));
  const absl::Time begun = absl::Now();
  EXPECT_EQ(Describe(Send(Mail(listener.port()), Private(GetParam().timeout))), GetParam().outcome);
  EXPECT_LT(absl::Now() - begun, absl::Seconds(10)) << "nobody but the deadline noticed";
  EXPECT_EQ(listener.accepted(), 1);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         ClientMailAnswersTest,
                         testing::ValuesIn(Cases()),
                         [](const auto& row) { return row.param.name; });

TEST(ClientMailTest, ARefusedConnectionMeansNotSent) {
  EXPECT_EQ(Describe(Send(Mail(test::UnusedPort()))), "not sent");
}

TEST(ClientMailTest, RefusesPrivateAddressesWithoutLeave) {
  Server server;
  RawListener listener(std::ref(server));
  EXPECT_EQ(Describe(Send(Mail(listener.port()), SendOptions())), "refused address");
  EXPECT_EQ(listener.accepted(), 0);
}

TEST(ClientMailTest, BadMailsAreRefusedBeforeAnythingIsConnected) {
  Server server;
  RawListener listener(std::ref(server));
  Request split = Mail(listener.port());
  split.headers.Set("smtp-to", "ann@example.com>\r\nDATA");
  Request smuggled = Mail(listener.port());
  smuggled.body = "a\n.\nMAIL FROM:<x@example.com>\r\n";
  Request named = Mail(listener.port());
  named.url = absl::StrCat("smtp://user:secret@127.0.0.1:", listener.port(), "/x");
  for (const Request& request : {split, smuggled, named}) {
    const SendResult result = Send(request);
    EXPECT_EQ(Describe(result), "bad request");
    EXPECT_EQ(std::get<TransportFailure>(result).reason.find("secret"), std::string::npos);
  }
  EXPECT_EQ(listener.accepted(), 0);
}

// ---- The loop goes on.

Task<void> Tick(OnLoop& on, std::stop_token stop, absl::Duration& worst) {
  absl::Duration last = on.timers.clock().Monotonic();
  while (!stop.stop_requested()) {
    (void)co_await on.timers.Sleep(absl::Milliseconds(5), stop);
    const absl::Duration now = on.timers.clock().Monotonic();
    worst = std::max(worst, now - last);
    last = now;
  }
}

Task<void> SendBesideAClock(OnLoop& on, int port, SendResult& result, absl::Duration& worst) {
  std::stop_source stop;
  coro::Scope scope(on.loop);
  scope.Spawn(Tick(on, stop.get_token(), worst));
  Client client(on.loop, on.timers);
  result = co_await client.Send(Mail(port), Private(absl::Seconds(1)), std::stop_token());
  client.Close();
  stop.request_stop();
  co_await scope.Join();
}

TEST(ClientMailTest, AServerThatThinksAboutAMessageHoldsUpNobody) {
  Server server;
  server.answers = {{".", "say nothing"}};
  RawListener listener(std::ref(server));
  SendResult result;
  absl::Duration worst;
  test::RunOnLoop([&](OnLoop& on) { return SendBesideAClock(on, listener.port(), result, worst); });
  EXPECT_EQ(Describe(result), "unknown");
  EXPECT_LT(worst, absl::Milliseconds(300));
}

Task<void> StopSoon(OnLoop& on, std::stop_source& stop) {
  (void)co_await on.timers.Sleep(absl::Milliseconds(100), std::stop_token());
  stop.request_stop();
}

Task<void> SendAndStop(OnLoop& on, int port, SendResult& result) {
  std::stop_source stop;
  coro::Scope scope(on.loop);
  scope.Spawn(StopSoon(on, stop));
  Client client(on.loop, on.timers);
  result = co_await client.Send(Mail(port), Private(), stop.get_token());
  client.Close();
  co_await scope.Join();
}

TEST(ClientMailTest, IsStoppedInTheMiddle) {
  for (const std::string step : {"", "EHLO", "MAIL", "."}) {
    Server server;
    server.answers = {{step, "say nothing"}};
    RawListener listener(std::ref(server));
    SendResult result;
    test::RunOnLoop([&](OnLoop& on) { return SendAndStop(on, listener.port(), result); });
    EXPECT_EQ(Describe(result), "cancelled") << step;
  }
}

// ---- TLS and logging in.

class ClientMailTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/leadrelay-smtp-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    const std::string command = absl::StrCat(
        "cd ",
        folder_,
        " && openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -days 2 "
        "-subj /CN=server -addext subjectAltName=IP:127.0.0.1 2> log && cat certificate key > pem");
    ASSERT_EQ(std::system(command.c_str()), 0);
    trusting_.ca_file = folder_ + "/certificate";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string certificate() const { return folder_ + "/pem"; }

  static Request SecretMail(int port, const std::string& scheme) {
    Request request = Mail(port, scheme);
    request.headers.Remove("smtp-tls");
    request.headers.Add("smtp-username", "relay");
    request.headers.Add("smtp-password", "pass word");
    return request;
  }

  ClientOptions trusting_;
  std::string folder_;
};

// "\0relay\0pass word"
constexpr char kPlain[] = "AHJlbGF5AHBhc3Mgd29yZA==";

TEST_F(ClientMailTlsTest, LogsInOverTlsFromTheStart) {
  Server server;
  {
    RawListener listener(std::ref(server), certificate());
    EXPECT_EQ(Describe(Send(SecretMail(listener.port(), "smtps"), Private(), trusting_)),
              "250 message");
  }
  EXPECT_EQ(server.seen,
            absl::StrCat("EHLO relay.example.com|AUTH PLAIN|",
                         kPlain,
                         "|MAIL FROM:<relay@example.com>|RCPT TO:<ann@example.com>|DATA|QUIT|"));
}

TEST_F(ClientMailTlsTest, LogsInAfterStartTls) {
  Server server;
  server.extensions = "250-STARTTLS\r\n";
  {
    RawListener listener([&server](Peer& peer, int nth) { server(peer, nth); },
                         certificate(),
                         RawListener::Tls::kLater);
    EXPECT_EQ(Describe(Send(SecretMail(listener.port(), "smtp"), Private(), trusting_)),
              "250 message");
  }
  EXPECT_EQ(server.seen.substr(0, server.seen.find("MAIL")),
            "EHLO relay.example.com|STARTTLS|EHLO relay.example.com|");
}

TEST_F(ClientMailTlsTest, SaysNothingSecretWithoutTls) {
  Server offers_none;
  Server refuses;
  refuses.extensions = "250-STARTTLS\r\n250-AUTH PLAIN\r\n";
  refuses.answers = {{"STARTTLS", "454 not now\r\n"}};
  {
    RawListener listener(std::ref(offers_none));
    EXPECT_EQ(Describe(Send(SecretMail(listener.port(), "smtp"))), "not sent");
  }
  {
    RawListener listener(std::ref(refuses));
    EXPECT_EQ(Describe(Send(SecretMail(listener.port(), "smtp"))), "454 connect");
  }
  EXPECT_EQ(offers_none.seen, "EHLO relay.example.com|");
  EXPECT_EQ(refuses.seen, "EHLO relay.example.com|STARTTLS|");
}

TEST_F(ClientMailTlsTest, DoesNotBelieveAnUnknownAuthority) {
  Server server;
  {
    RawListener listener(std::ref(server), certificate());
    EXPECT_EQ(Describe(Send(SecretMail(listener.port(), "smtps"))), "not sent");
  }
  EXPECT_EQ(server.seen, "");
}

TEST_F(ClientMailTlsTest, TellsARefusedLogin) {
  for (const auto& [answer, outcome] : std::vector<std::pair<std::string, std::string>>{
           {"535 5.7.8 no\r\n", "535 login"}, {"454 4.7.0 later\r\n", "454 login"}}) {
    Server server;
    server.answers = {{kPlain, answer}};
    RawListener listener(std::ref(server), certificate());
    EXPECT_EQ(Describe(Send(SecretMail(listener.port(), "smtps"), Private(), trusting_)), outcome);
  }
}

// ---- Many at once.

Task<void> SendInto(Client& client, Request request, std::vector<std::string>& outcomes) {
  SendResult result = co_await client.Send(std::move(request), Private(), std::stop_token());
  outcomes.push_back(Describe(result));
}

Task<void> SendMany(OnLoop& on, int port, std::vector<std::string>& outcomes) {
  ClientOptions options;
  options.max_connections = 3;
  options.max_connections_per_host = 3;
  Client client(on.loop, on.timers, options);
  coro::Scope scope(on.loop);
  for (int i = 0; i < 20; ++i) scope.Spawn(SendInto(client, Mail(port), outcomes));
  co_await scope.Join();
  client.Close();
}

TEST(ClientMailTest, MoreMailsThanConnectionsWaitForOneAnother) {
  Server server;
  RawListener listener(std::ref(server));
  std::vector<std::string> outcomes;
  test::RunOnLoop([&](OnLoop& on) { return SendMany(on, listener.port(), outcomes); });
  EXPECT_EQ(outcomes, std::vector<std::string>(20, "250 message"));
  EXPECT_EQ(listener.accepted(), 20);
}

}  // namespace
}  // namespace leadrelay::http
