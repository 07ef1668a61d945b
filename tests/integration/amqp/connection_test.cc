// A broker that dies, freezes, refuses, or is not where it should be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/amqp/harness.h"

namespace leadrelay::amqp {
namespace {

using coro::Task;
using test::OnLoop;
using test::RunOnLoop;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

PublisherOptions Publishing(const std::vector<Queue>& queues) {
  PublisherOptions options;
  options.connection = Connection();
  options.topology.queues = queues;
  return options;
}

std::vector<absl::StatusCode> Codes(const std::vector<absl::Status>& answers) {
  std::vector<absl::StatusCode> codes;
  for (const absl::Status& answer : answers) codes.push_back(answer.code());
  return codes;
}

Task<void> PublishInto(Sender& sender,
                       std::vector<Message> messages,
                       absl::Duration timeout,
                       std::vector<absl::Status>& answers) {
  answers = co_await sender.PublishAll(std::move(messages), timeout);
}

std::vector<Message> Many(const std::string& queue, int count, size_t size = 1) {
  std::vector<Message> messages;
  for (int i = 0; i < count; ++i) messages.push_back(To(queue, std::string(size, 'x')));
  return messages;
}

TEST(ConnectionTest, WhatIsUnconfirmedWhenTheBrokerDiesIsUnavailableAndAllComesBack) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("killed");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    Receiver receiver(on, Consuming({queue}));
    if (co_await sender.Connected() && co_await receiver.Connected()) {
      // Ra registers the name of a new quorum queue in a file that it saves every 500 ms; killed
      // before that, the node comes back with a queue that never elects a leader.
      (void)co_await on.timers.Sleep(absl::Seconds(2), std::stop_token());
      TheBroker().Freeze();
      std::vector<absl::Status> answers;
      coro::Scope scope(on.loop);
      scope.Spawn(PublishInto(sender, Many(queue, 100), absl::Seconds(60), answers));
      EXPECT_EQ(sender->unconfirmed(), 100U);
      TheBroker().Kill9();
      co_await scope.Join();
      EXPECT_EQ(Codes(answers), std::vector<absl::StatusCode>(100, absl::StatusCode::kUnavailable));
      EXPECT_EQ(sender->unconfirmed(), 0U);
      EXPECT_TRUE(co_await Until(
          sender.changed(), [&sender] { return !sender->connected(); }, "the publisher notices"));
      absl::Status refused = co_await sender.Publish(To(queue, "x"));
      EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
      EXPECT_NE(sender->last_error(), "");

      TheBroker().Start();
      EXPECT_TRUE(co_await sender.Connected());
      EXPECT_TRUE(co_await receiver.Connected());
      receiver.deliveries().clear();  // Some of the hundred may have been stored.
      absl::Status stored = co_await sender.Publish(To(queue, "after"));
      EXPECT_TRUE(stored.ok()) << stored;
      EXPECT_TRUE(co_await Until(
          receiver.changed(),
          [&receiver] {
            return !receiver.deliveries().empty() &&
                   receiver.deliveries().back().message.body == "after";
          },
          "the message after the restart"));
      EXPECT_EQ(sender->last_error(), "");
    }
    co_await receiver->Close();
    co_await sender->Close();
  });
}

// The queue is not durable knowledge of the broker's: it is gone, and declared again.
TEST(ConnectionTest, TheTopologyIsDeclaredAgain) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("declared-again");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    if (co_await sender.Connected()) {
      absl::Status done = TheBroker().Control({"delete_queue", queue});
      EXPECT_TRUE(done.ok()) << done;
      absl::Status lost = co_await sender.Publish(To(queue, "x"));
      EXPECT_EQ(lost.code(), absl::StatusCode::kNotFound);
      done = TheBroker().Control({"close_all_connections", "for the test"});
      EXPECT_TRUE(done.ok()) << done;
      EXPECT_TRUE(co_await Until(
          sender.changed(), [&sender] { return !sender->connected(); }, "the cut"));
      EXPECT_THAT(sender->last_error(), HasSubstr("CONNECTION_FORCED"));
      EXPECT_TRUE(co_await sender.Connected());
      EXPECT_EQ(co_await sender.Publish(To(queue, "x")), absl::OkStatus());
    }
    co_await sender->Close();
  });
}

TEST(ConnectionTest, ABrokerThatFallsSilentIsGivenUp) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("silent");
    PublisherOptions options = Publishing({QuorumQueue(queue)});
    options.connection.heartbeat = absl::Seconds(1);
    Sender sender(on, options);
    if (co_await sender.Connected()) {
      TheBroker().Freeze();
      // With nothing to send and with something under way.
      std::vector<absl::Status> answers;
      coro::Scope scope(on.loop);
      scope.Spawn(PublishInto(sender, Many(queue, 10), absl::Seconds(60), answers));
      co_await scope.Join();
      EXPECT_EQ(Codes(answers), std::vector<absl::StatusCode>(10, absl::StatusCode::kUnavailable));
      EXPECT_THAT(std::string(answers[0].message()),
                  AnyOf(HasSubstr("no sign of life"), HasSubstr("heartbeat")));
      TheBroker().Thaw();
      EXPECT_TRUE(co_await sender.Connected());
    }
    co_await sender->Close();
  });
}

TEST(ConnectionTest, AnIdleConnectionKeepsItselfAlive) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("idle");
    ConsumerOptions options = Consuming({queue});
    options.connection.heartbeat = absl::Seconds(1);
    Receiver receiver(on, options);
    int changes = 0;
    if (co_await receiver.Connected()) {
      receiver->OnStateChange([&changes] { ++changes; });
      // Three times as long as the broker waits for a sign of life.
      (void)co_await on.timers.Sleep(absl::Seconds(6), std::stop_token());
      EXPECT_EQ(changes, 0);
      EXPECT_TRUE(receiver->connected());
    }
    co_await receiver->Close();
  });
}

TEST(ConnectionTest, AnAnswerThatDoesNotComeIsADeadline) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("deadline");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    if (co_await sender.Connected()) {
      TheBroker().Freeze();
      std::vector<absl::Status> answers =
          co_await sender.PublishAll(Many(queue, 3), absl::Milliseconds(50));
      EXPECT_EQ(Codes(answers),
                std::vector<absl::StatusCode>(3, absl::StatusCode::kDeadlineExceeded));
      EXPECT_EQ(sender->unconfirmed(), 3U);  // They still count: they are under way.

      std::stop_source stop;
      coro::Timers::Alarm soon(on.timers, absl::Milliseconds(20), [&stop] { stop.request_stop(); });
      absl::Status cancelled =
          co_await sender->Publish(To(queue, "x"), true, absl::Seconds(60), stop.get_token());
      EXPECT_EQ(cancelled.code(), absl::StatusCode::kCancelled);
      TheBroker().Thaw();
    }
    co_await sender->Close();
  });
}

TEST(ConnectionTest, FailsOverToAnAddressThatAnswers) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("fail-over");
    PublisherOptions options = Publishing({QuorumQueue(queue)});
    const BrokerAddress good = options.connection.addresses[0];
    options.connection.addresses = {
        BrokerAddress{"no-such-host.invalid", 5672}, BrokerAddress{"127.0.0.1", 1}, good};
    // Whichever address each of them begins with.
    for (int i = 0; i < 4; ++i) {
      Sender sender(on, options);
      if (co_await sender.Connected()) {
        EXPECT_EQ(co_await sender.Publish(To(queue, "x")), absl::OkStatus());
      }
      co_await sender->Close();
    }
  });
}

struct Refusal {
  const char* name;
  std::function<void(ConnectionOptions&)> spoil;
  std::vector<const char*> words;
};

Task<void> SaysWhy(OnLoop& on, const Refusal* refusal) {
  SCOPED_TRACE(refusal->name);
  PublisherOptions options = Publishing({});
  refusal->spoil(options.connection);
  Sender sender(on, options);
  EXPECT_EQ(sender->last_error(), "not started");
  EXPECT_TRUE(co_await Until(
      sender.changed(), [&sender] { return sender->last_error() != "not started"; }, "a reason"));
  for (const char* word : refusal->words) EXPECT_THAT(sender->last_error(), HasSubstr(word));
  EXPECT_THAT(sender->last_error(), testing::Not(HasSubstr("a-secret")));
  EXPECT_FALSE(sender->connected());
  absl::Status refused = co_await sender.Publish(To("queue", "x"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  co_await sender->Close();
}

TEST(ConnectionTest, SaysWhyItIsNotConnectedAndNoSecret) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::vector<Refusal> refusals = {
        {"password",
         [](ConnectionOptions& o) { o.password = "a-secret"; },
         {"ACCESS_REFUSED", "check user name, password"}},
        {"vhost",
         [](ConnectionOptions& o) { o.virtual_host = "nowhere"; },
         {"NOT_ALLOWED", "nowhere"}},
        {"host",
         [](ConnectionOptions& o) { o.addresses[0].host = "no-such-host.invalid"; },
         {"no-such-host.invalid", "does not resolve"}},
        {"port", [](ConnectionOptions& o) { o.addresses[0].port = 1; }, {"127.0.0.1:1", "refused"}},
    };
    for (const Refusal& refusal : refusals) co_await SaysWhy(on, &refusal);
  });
}

TEST(ConnectionTest, AQueueThatExistsWithOtherArgumentsIsNamedAndTriedAgain) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("precondition");
    {
      Sender other(on, Publishing({Queue{queue, {}}}));
      EXPECT_TRUE(co_await other.Connected());
      co_await other->Close();
    }
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    EXPECT_TRUE(co_await Until(
        sender.changed(), [&sender] { return sender->last_error() != "not started"; }, "a reason"));
    EXPECT_THAT(sender->last_error(),
                AllOf(HasSubstr("declare queue '" + queue + "'"),
                      HasSubstr("PRECONDITION_FAILED"),
                      HasSubstr("drain and delete it")));
    absl::Status deleted = TheBroker().Control({"delete_queue", queue});
    EXPECT_TRUE(deleted.ok()) << deleted;
    EXPECT_TRUE(co_await sender.Connected());
    co_await sender->Close();
  });
}

// The broker does not read: the socket fills until the thread hangs in its send.
TEST(ConnectionTest, CloseFreesAThreadThatIsStuckInAPublish) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("stuck");
    PublisherOptions options = Publishing({QuorumQueue(queue)});
    options.connection.heartbeat = absl::Seconds(60);
    Sender sender(on, options);
    if (co_await sender.Connected()) {
      TheBroker().Freeze();
      std::vector<absl::Status> answers;
      coro::Scope scope(on.loop);
      constexpr int kCount = 6;  // 60 MB: far more than the kernel takes.
      scope.Spawn(PublishInto(sender, Many(queue, kCount, 10 << 20), absl::Minutes(10), answers));
      (void)co_await on.timers.Sleep(absl::Seconds(1), std::stop_token());
      const absl::Duration began = on.timers.clock().Monotonic();
      co_await sender->Close();
      EXPECT_LT(on.timers.clock().Monotonic() - began, absl::Seconds(10));  // Not "for ever".
      co_await scope.Join();
      EXPECT_EQ(Codes(answers),
                std::vector<absl::StatusCode>(kCount, absl::StatusCode::kCancelled));
      TheBroker().Thaw();
    } else {
      co_await sender->Close();
    }
  });
}

// A listener whose queue is full: the kernel drops what wants to connect, as a firewall does.
class BlackHole {
 public:
  BlackHole() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    bind(sockets_[0], raw, length);
    listen(sockets_[0], 0);
    getsockname(sockets_[0], raw, &length);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)connect(sockets_.back(), raw, length);
    }
  }
  ~BlackHole() {
    for (int socket : sockets_) close(socket);
  }
  int port() const { return port_; }

 private:
  std::vector<int> sockets_;
  int port_ = 0;
};

// Nothing can be cut yet: the thread is left behind, and ends when its attempt does.
TEST(ConnectionTest, CloseLeavesBehindAThreadThatHangsInConnect) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    BlackHole hole;
    PublisherOptions options = Publishing({});
    options.connection.addresses = {BrokerAddress{"127.0.0.1", hole.port()}};
    options.connection.connect_timeout = absl::Seconds(60);
    Sender sender(on, options);
    (void)co_await on.timers.Sleep(absl::Milliseconds(100), std::stop_token());
    const absl::Duration began = on.timers.clock().Monotonic();
    co_await sender->Close();
    EXPECT_LT(on.timers.clock().Monotonic() - began, absl::Seconds(15));
    EXPECT_EQ(sender->last_error(), "closed");
  });
}

TEST(ConnectionTest, CloseDoesNotWaitForALoginThatHangs) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    PublisherOptions options = Publishing({});
    options.connection.connect_timeout = absl::Seconds(20);
    // Accepts, since the kernel does, and never says anything.
    TheBroker().Freeze();
    Sender sender(on, options);
    Receiver receiver(on, Consuming({"never"}));
    (void)co_await on.timers.Sleep(absl::Milliseconds(100), std::stop_token());
    const absl::Duration began = on.timers.clock().Monotonic();
    co_await sender->Close();
    co_await receiver->Close();
    EXPECT_LT(on.timers.clock().Monotonic() - began, absl::Seconds(15));
    TheBroker().Thaw();
  });
}

TEST(ConnectionTest, MayBeClosedWithoutHavingBeenStarted) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    Publisher publisher(on.loop, on.timers, Publishing({}));
    Consumer consumer(on.loop, on.timers, Consuming({"never"}), [](Delivery) {});
    co_await publisher.Close();
    co_await consumer.Close();
    EXPECT_FALSE(publisher.connected());
    EXPECT_FALSE(consumer.connected());
  });
}

}  // namespace
}  // namespace leadrelay::amqp
