// The HTTP client and TLS: whom it believes.

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/http/client.h"
#include "tests/integration/http/raw_listener.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::http {
namespace {

using coro::Task;
using test::OnLoop;
using test::Peer;
using test::RawListener;

// A certificate authority of its own, and certificates of it, in a folder that goes away.
class ClientTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/leadrelay-tls-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    Run("openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 "
        "-subj '/CN=leadrelay test authority'");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // `names` as openssl writes them: "IP:127.0.0.1".  Returns a file with certificate and key.
  std::string MakeCertificate(const std::string& names, const std::string& validity = "-days 2") {
    Run(absl::StrCat("printf 'subjectAltName=",
                     names,
                     "' > ext && ",
                     "openssl req -newkey rsa:2048 -nodes -keyout key -out request ",
                     "-subj /CN=server && openssl x509 -req -in request -CA ca.pem -CAkey ca.key ",
                     "-CAcreateserial -extfile ext -out certificate ",
                     validity,
                     " && cat certificate key > server.pem"));
    return folder_ + "/server.pem";
  }

  std::string authority() const { return folder_ + "/ca.pem"; }

 private:
  void Run(const std::string& command) {
    const std::string quiet =
        absl::StrCat("cd ", folder_, " && (", command, ") > log 2>&1 || (cat log; false)");
    ASSERT_EQ(std::system(quiet.c_str()), 0) << command;
  }

  std::string folder_;
};

Task<void> SendTwice(OnLoop& on,
                     int port,
                     std::string ca_file,
                     std::vector<std::string>& outcomes) {
  ClientOptions options;
  options.ca_file = ca_file;
  Client client(on.loop, on.timers, options);
  SendOptions send;
  send.allow_private_addresses = true;
  send.connect_timeout = absl::Milliseconds(500);
  send.on_sending = [&outcomes] { outcomes.emplace_back("leaves"); };
  for (int i = 0; i < 2; ++i) {
    Request request;
    request.method = "POST";
    request.url = absl::StrCat("https://127.0.0.1:", port, "/x");
    request.body = "body";
    SendResult result = co_await client.Send(std::move(request), send, std::stop_token());
    if (const auto* response = std::get_if<Response>(&result)) {
      outcomes.push_back(absl::StrCat(response->status, " ", response->body));
    } else {
      const auto& failure = std::get<TransportFailure>(result);
      EXPECT_NE(failure.reason, "");
      outcomes.push_back(failure.kind == TransportFailure::Kind::kNotSent ? "not sent" : "other");
    }
  }
  client.Close();
}

std::vector<std::string> Outcomes(const RawListener& listener, const std::string& ca_file) {
  std::vector<std::string> outcomes;
  test::RunOnLoop([&](OnLoop& on) { return SendTwice(on, listener.port(), ca_file, outcomes); });
  return outcomes;
}

void AnswerAll(Peer& peer, int) {
  while (!peer.ReadRequest().empty()) peer.Answer("hello");
}

const std::vector<std::string> kNeverSent = {"not sent", "not sent"};

TEST_F(ClientTlsTest, BelievesTheAuthorityItWasGivenAndKeepsTheConnection) {
  RawListener listener(&AnswerAll, MakeCertificate("IP:127.0.0.1"));
  const std::vector<std::string> expected = {"leaves", "200 hello", "leaves", "200 hello"};
  EXPECT_EQ(Outcomes(listener, authority()), expected);
  EXPECT_EQ(listener.accepted(), 1);
}

TEST_F(ClientTlsTest, DoesNotBelieveAnUnknownAuthority) {
  RawListener listener(&AnswerAll, MakeCertificate("IP:127.0.0.1"));
  EXPECT_EQ(Outcomes(listener, ""), kNeverSent);
  EXPECT_EQ(listener.requests(), 0);
}

TEST_F(ClientTlsTest, DoesNotBelieveAnotherHostsCertificate) {
  RawListener listener(&AnswerAll, MakeCertificate("DNS:crm.example.com"));
  EXPECT_EQ(Outcomes(listener, authority()), kNeverSent);
  EXPECT_EQ(listener.requests(), 0);
}

TEST_F(ClientTlsTest, DoesNotBelieveAnExpiredCertificate) {
  RawListener listener(&AnswerAll, MakeCertificate("IP:127.0.0.1", "-days -1"));
  EXPECT_EQ(Outcomes(listener, authority()), kNeverSent);
  EXPECT_EQ(listener.requests(), 0);
}

TEST_F(ClientTlsTest, AServerWithoutTlsIsNeverSentAnything) {
  RawListener listener([](Peer& peer, int) { peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_EQ(Outcomes(listener, authority()), kNeverSent);
  EXPECT_EQ(listener.requests(), 0);
}

TEST_F(ClientTlsTest, AHandshakeThatNeverEndsMeansNotSent) {
  RawListener listener([](Peer& peer, int) { (void)peer.ReadRequest(); });
  EXPECT_EQ(Outcomes(listener, authority()), kNeverSent);
  EXPECT_EQ(listener.requests(), 0);
}

}  // namespace
}  // namespace leadrelay::http
