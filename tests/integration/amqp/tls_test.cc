// TLS to the broker: certificates are made here, by the openssl command.

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/amqp/harness.h"
#include "tests/support/process/process.h"

namespace leadrelay::amqp {
namespace {

using coro::Task;
using test::OnLoop;
using test::RunOnLoop;
using testing::HasSubstr;

// An authority, a certificate for localhost and 127.0.0.1 that it has signed, and an authority that
// has nothing to do with either.
class Certificates {
 public:
  Certificates() {
    std::string pattern = std::filesystem::temp_directory_path() / "leadrelay-tls-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    const std::string script = absl::StrCat(
        "set -e; cd ",
        folder_,
        "; exec 2>log; for ca in ca stranger; do "
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$ca -keyout $ca.key "
        "-out $ca.pem -addext basicConstraints=critical,CA:TRUE; done; "
        "openssl req -newkey rsa:2048 -nodes -subj /CN=broker -keyout broker.key -out broker.csr; "
        "echo subjectAltName=DNS:localhost,IP:127.0.0.1 > extensions; "
        "openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
        "-extfile extensions -out broker.pem");
    if (std::system(script.c_str()) != 0) ADD_FAILURE() << "openssl failed; see " << folder_;
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  std::string File(const char* name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

class TlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    certificates_ = new Certificates();
    port_ = test::FreePort();
    test::BrokerOptions options;
    options.extra_config = absl::StrCat(
        "listeners.ssl.1 = 127.0.0.1:",
        port_,
        "\nlisteners.ssl.2 = 127.0.0.2:",
        port_,
        "\nssl_options.cacertfile = ",
        certificates_->File("ca.pem"),
        "\nssl_options.certfile = ",
        certificates_->File("broker.pem"),
        "\nssl_options.keyfile = ",
        certificates_->File("broker.key"),
        "\nssl_options.verify = verify_none\nssl_options.fail_if_no_peer_cert = false\n");
    broker_ = new test::Broker(options);
  }
  static void TearDownTestSuite() {
    delete broker_;
    delete certificates_;
  }

  static ConnectionOptions Tls(const char* host, const char* authority) {
    ConnectionOptions options;
    options.addresses = {BrokerAddress{host, port_}};
    options.tls = true;
    options.tls_ca_file = certificates_->File(authority);
    return options;
  }

  static Certificates* certificates_;
  static test::Broker* broker_;
  static int port_;
};

Certificates* TlsTest::certificates_ = nullptr;
test::Broker* TlsTest::broker_ = nullptr;
int TlsTest::port_ = 0;

Task<void> Works(OnLoop& on, ConnectionOptions connection) {
  const std::string queue = Unique("tls");
  PublisherOptions publishing;
  publishing.connection = connection;
  publishing.topology.queues = {QuorumQueue(queue)};
  ConsumerOptions consuming;
  consuming.connection = connection;
  consuming.topology = publishing.topology;
  consuming.subscriptions = {Subscription{queue, 100}};
  Sender sender(on, publishing);
  Receiver receiver(on, consuming);
  std::vector<Message> messages;
  for (int i = 0; i < 500; ++i) messages.push_back(To(queue, std::string(5000, 'x')));
  messages.push_back(To(queue, std::string(1 << 20, 'y')));
  if (co_await sender.Connected() && co_await receiver.Connected()) {
    std::vector<absl::Status> answers =
        co_await sender.PublishAll(std::move(messages), absl::Seconds(60));
    EXPECT_EQ(std::count(answers.begin(), answers.end(), absl::OkStatus()), 501);
    size_t acked = 0;
    while (acked < 501 && co_await receiver.Received(acked + 1)) {
      for (; acked < receiver.deliveries().size(); ++acked) {
        receiver->Ack(receiver.deliveries()[acked].tag);
      }
    }
    EXPECT_EQ(receiver.deliveries().back().message.body, std::string(1 << 20, 'y'));
  }
  co_await receiver->Close();
  co_await sender->Close();
}

Task<void> Refuses(OnLoop& on, ConnectionOptions connection, std::string words) {
  PublisherOptions publishing;
  publishing.connection = std::move(connection);
  Sender sender(on, publishing);
  EXPECT_TRUE(co_await Until(
      sender.changed(), [&sender] { return sender->last_error() != "not started"; }, "a reason"));
  EXPECT_FALSE(sender->connected());
  EXPECT_THAT(sender->last_error(), HasSubstr(words));
  co_await sender->Close();
}

TEST_F(TlsTest, ByName) {
  RunOnLoop([](OnLoop& on) { return Works(on, Tls("localhost", "ca.pem")); });
}

TEST_F(TlsTest, ByAddress) {
  RunOnLoop([](OnLoop& on) { return Works(on, Tls("127.0.0.1", "ca.pem")); });
}

TEST_F(TlsTest, AnAuthorityThatDidNotSignIsRefused) {
  RunOnLoop([](OnLoop& on) {
    return Refuses(on, Tls("localhost", "stranger.pem"), "certificate is not valid");
  });
}

TEST_F(TlsTest, ACertificateForAnotherHostIsRefusedUnlessToldOtherwise) {
  RunOnLoop([](OnLoop& on) {
    return Refuses(on, Tls("127.0.0.2", "ca.pem"), "certificate is not valid for this host");
  });
  RunOnLoop([](OnLoop& on) {
    ConnectionOptions options = Tls("127.0.0.2", "ca.pem");
    options.tls_verify_hostname = false;
    return Works(on, options);
  });
}

TEST_F(TlsTest, AMissingAuthorityFileIsNamed) {
  RunOnLoop([](OnLoop& on) { return Refuses(on, Tls("localhost", "absent.pem"), "absent.pem"); });
}

TEST_F(TlsTest, APortWithoutTlsIsRefused) {
  RunOnLoop([](OnLoop& on) {
    ConnectionOptions options = Tls("localhost", "ca.pem");
    options.addresses[0].port = broker_->port();
    return Refuses(on, options, "TLS");
  });
}

}  // namespace
}  // namespace leadrelay::amqp
