// Publishing on a broker that is well: confirms, fan-out, returns, refusals, bounds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/amqp/harness.h"

namespace leadrelay::amqp {
namespace {

using coro::Task;
using test::OnLoop;
using test::RunOnLoop;
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

TEST(PublisherTest, WhatIsConfirmedArrivesWhole) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("whole");
    Receiver receiver(on, Consuming({queue}));
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    Message message = To(queue, std::string("body with \0 inside", 18));
    message.content_type = "application/json";
    message.message_id = "lead-1";
    message.correlation_id = "correlation";
    message.type = "lead.v1";
    message.app_id = "ingest";
    message.timestamp = 1'790'000'000;
    message.headers = {
        {"traceparent", std::string("00-1")}, {"attempt", int64_t{-3}}, {"final", true}};
    Message large = To(queue, std::string(300'000, 'x'));  // More than two frames.
    if (co_await sender.Connected() && co_await receiver.Connected()) {
      EXPECT_EQ(co_await sender.Publish(message), absl::OkStatus());
      EXPECT_EQ(co_await sender.Publish(large), absl::OkStatus());
      if (co_await receiver.Received(2)) {
        EXPECT_EQ(receiver.deliveries()[0].message, message);
        EXPECT_EQ(receiver.deliveries()[0].queue, queue);
        EXPECT_FALSE(receiver.deliveries()[0].redelivered);
        EXPECT_EQ(receiver.deliveries()[1].message, large);
      }
    }
    co_await receiver->Close();
    co_await sender->Close();
  });
}

TEST(PublisherTest, OnePublishReachesAllTheQueuesInCc) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string exchange = Unique("fanout");
    const std::string a = Unique("fan.a");
    const std::string b = Unique("fan.b");
    const std::string c = Unique("fan.c");
    PublisherOptions options = Publishing({QuorumQueue(a), QuorumQueue(b), QuorumQueue(c)});
    options.topology.exchanges = {Exchange{exchange, "direct", ""}};
    for (const std::string& queue : {a, b, c}) {
      options.topology.bindings.push_back(Binding{exchange, queue, queue});
    }
    Sender sender(on, options);
    Receiver receiver(on, Consuming({a, b, c}));
    Message message = To(a, "lead");
    message.exchange = exchange;
    message.cc = {b, c};
    if (co_await sender.Connected() && co_await receiver.Connected()) {
      EXPECT_EQ(co_await sender.Publish(message), absl::OkStatus());
      if (co_await receiver.Received(3)) {
        std::set<std::string> queues;
        for (const Delivery& delivery : receiver.deliveries()) {
          queues.insert(delivery.queue);
          EXPECT_EQ(delivery.message, message);
        }
        EXPECT_EQ(queues, (std::set<std::string>{a, b, c}));
      }
    }
    co_await receiver->Close();
    co_await sender->Close();
  });
}

TEST(PublisherTest, AnUnroutableMessageIsNotFoundAndItsNeighboursAreStored) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("neighbours");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    std::vector<Message> messages;
    std::vector<absl::StatusCode> expected;
    for (int i = 0; i < 300; ++i) {
      const bool lost = i % 7 == 0;
      messages.push_back(To(lost ? "no.such.queue" : queue, "x"));
      messages.back().message_id = std::to_string(i);
      expected.push_back(lost ? absl::StatusCode::kNotFound : absl::StatusCode::kOk);
    }
    if (co_await sender.Connected()) {
      std::vector<absl::Status> answers =
          co_await sender.PublishAll(std::move(messages), absl::Seconds(30));
      EXPECT_EQ(Codes(answers), expected);
      EXPECT_THAT(std::string(answers[0].message()), HasSubstr("NO_ROUTE"));
      EXPECT_THAT(std::string(answers[0].message()), HasSubstr("no.such.queue"));
      // Not mandatory: the broker confirms it and throws it away.
      EXPECT_EQ(co_await sender.Publish(To("no.such.queue", "x"), false), absl::OkStatus());
    }
    co_await sender->Close();
  });
}

TEST(PublisherTest, AFullQueueRefuses) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("full");
    // Classic: its limit is exact, a quorum queue's is not.
    const Table limits = {{"x-max-length", int64_t{2}},
                          {"x-overflow", std::string("reject-publish")}};
    Sender sender(on, Publishing({Queue{queue, limits}}));
    if (co_await sender.Connected()) {
      std::vector<absl::StatusCode> codes;
      for (int i = 0; i < 4; ++i) {
        absl::Status answer = co_await sender.Publish(To(queue, "x"));
        codes.push_back(answer.code());
      }
      EXPECT_EQ(codes,
                (std::vector<absl::StatusCode>{absl::StatusCode::kOk,
                                               absl::StatusCode::kOk,
                                               absl::StatusCode::kAborted,
                                               absl::StatusCode::kAborted}));
    }
    co_await sender->Close();
  });
}

TEST(PublisherTest, ThousandsAtOnceAreEachAnsweredOnce) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("thousands");
    PublisherOptions options = Publishing({QuorumQueue(queue)});
    options.max_unconfirmed = 5000;
    Sender sender(on, options);
    Receiver receiver(on, Consuming({queue}, 1000));
    std::vector<Message> messages;
    for (int i = 0; i < 5000; ++i) messages.push_back(To(queue, std::to_string(i)));
    if (co_await sender.Connected() && co_await receiver.Connected()) {
      std::vector<absl::Status> answers =
          co_await sender.PublishAll(std::move(messages), absl::Seconds(60));
      EXPECT_EQ(std::count(answers.begin(), answers.end(), absl::OkStatus()), 5000);
      EXPECT_EQ(sender->unconfirmed(), 0U);
      size_t acked = 0;
      while (acked < 5000 && co_await receiver.Received(acked + 1)) {
        for (; acked < receiver.deliveries().size(); ++acked) {
          receiver->Ack(receiver.deliveries()[acked].tag);
        }
      }
      // In the order in which they were handed over.
      for (size_t i = 0; i < acked; ++i) {
        EXPECT_EQ(receiver.deliveries()[i].message.body, std::to_string(i));
      }
    }
    co_await receiver->Close();
    co_await sender->Close();
  });
}

struct Bound {
  const char* name;
  size_t messages;
  size_t bytes;
  size_t admitted;
};

Task<void> RefusesAbove(OnLoop& on, Bound bound) {
  SCOPED_TRACE(bound.name);
  const std::string queue = Unique("bound");
  PublisherOptions options = Publishing({QuorumQueue(queue)});
  options.max_unconfirmed = bound.messages;
  options.max_unconfirmed_bytes = bound.bytes;
  Sender sender(on, options);
  std::vector<Message> messages;
  for (int i = 0; i < 20; ++i) messages.push_back(To(queue, std::string(100'000, 'x')));
  if (co_await sender.Connected()) {
    std::vector<absl::Status> answers =
        co_await sender.PublishAll(std::move(messages), absl::Seconds(30));
    std::vector<absl::StatusCode> expected(20, absl::StatusCode::kResourceExhausted);
    std::fill_n(expected.begin(), bound.admitted, absl::StatusCode::kOk);
    EXPECT_EQ(Codes(answers), expected);
    // Room again once they are confirmed.
    EXPECT_EQ(co_await sender.Publish(To(queue, "x")), absl::OkStatus());
  }
  co_await sender->Close();
}

TEST(PublisherTest, RefusesWhatIsAboveItsBounds) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    co_await RefusesAbove(on, Bound{"messages", 7, 64 << 20, 7});
    co_await RefusesAbove(on, Bound{"bytes", 4096, 450'000, 4});
  });
}

TEST(PublisherTest, RefusesWhatTheProtocolCannotCarryAndKeepsItsConnection) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("sizes");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    Message message = To(std::string(256, 'k'), "x");
    if (co_await sender.Connected()) {
      absl::Status refused = co_await sender.Publish(message);
      EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(co_await sender.Publish(To(queue, "x")), absl::OkStatus());
    }
    co_await sender->Close();
  });
}

TEST(PublisherTest, AMissingExchangeBreaksTheChannelAndItComesBack) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("after-channel-close");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    Message lost = To(queue, "x");
    lost.exchange = "no.such.exchange";
    if (co_await sender.Connected()) {
      absl::Status answer = co_await sender.Publish(lost);
      EXPECT_EQ(answer.code(), absl::StatusCode::kUnavailable);
      EXPECT_THAT(std::string(answer.message()), HasSubstr("no.such.exchange"));
      if (co_await sender.Connected()) {
        EXPECT_EQ(co_await sender.Publish(To(queue, "x")), absl::OkStatus());
      }
    }
    co_await sender->Close();
  });
}

TEST(PublisherTest, CloseAnswersWhatIsUnconfirmedWithCancelled) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("closing");
    Sender sender(on, Publishing({QuorumQueue(queue)}));
    if (co_await sender.Connected()) {
      TheBroker().Freeze();
      std::vector<absl::Status> answers;
      coro::Scope scope(on.loop);
      scope.Spawn([](Sender& s, std::string q, std::vector<absl::Status>& out) -> Task<void> {
        out = co_await s.PublishAll({To(q, "1"), To(q, "2")}, absl::Seconds(30));
      }(sender, queue, answers));
      EXPECT_EQ(sender->unconfirmed(), 2U);
      co_await sender->Close();
      co_await scope.Join();
      EXPECT_EQ(Codes(answers), std::vector<absl::StatusCode>(2, absl::StatusCode::kCancelled));
      TheBroker().Thaw();
      absl::Status late = co_await sender.Publish(To(queue, "x"));
      EXPECT_EQ(late.code(), absl::StatusCode::kCancelled);
    } else {
      co_await sender->Close();
    }
  });
}

}  // namespace
}  // namespace leadrelay::amqp
