// Consuming from a broker that is well: acknowledgements, prefetch, stopping, depth.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/amqp/harness.h"

namespace leadrelay::amqp {
namespace {

using coro::Task;
using test::OnLoop;
using test::RunOnLoop;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

PublisherOptions Publishing() {
  PublisherOptions options;
  options.connection = Connection();
  return options;
}

// Puts bodies "1" to "count" into `queue`, which exists.
Task<void> Fill(OnLoop& on, std::string queue, int count) {
  Sender sender(on, Publishing());
  if (co_await sender.Connected()) {
    for (int i = 1; i <= count; ++i) {
      absl::Status stored = co_await sender.Publish(To(queue, std::to_string(i)));
      EXPECT_TRUE(stored.ok()) << stored;
    }
  }
  co_await sender->Close();
}

Task<std::vector<std::string>> WhatIsLeft(OnLoop& on, std::string queue, size_t count) {
  Receiver receiver(on, Consuming({queue}, 1000));
  std::vector<std::string> bodies;
  if (co_await receiver.Connected() && co_await receiver.Received(count) &&
      co_await receiver.DepthBecomes(queue, 0)) {
    bodies = receiver.bodies();
  }
  co_await receiver->Close();
  co_return bodies;
}

struct AckCase {
  const char* name;
  std::vector<size_t> order;  // Deliveries 1 to 6, in the order in which they are acked.
  bool one_by_one;            // A round trip between two acks, so that each is flushed.
  std::vector<std::string> left;
};

const AckCase kAckCases[] = {
    {"all in order", {1, 2, 3, 4, 5, 6}, false, {}},
    {"all in reverse", {6, 5, 4, 3, 2, 1}, false, {}},
    {"all in reverse, one by one", {6, 5, 4, 3, 2, 1}, true, {}},
    {"one missing in the middle", {1, 2, 4, 5, 6}, false, {"3"}},
    {"one missing in the middle, one by one", {5, 1, 6, 2, 4}, true, {"3"}},
    {"the first one missing", {6, 2, 4, 3, 5}, true, {"1"}},
    {"twice", {1, 1, 3, 3, 1}, true, {"2", "4", "5", "6"}},
    {"none", {}, false, {"1", "2", "3", "4", "5", "6"}},
};

Task<void> AcksInOrder(OnLoop& on, const AckCase* c) {
  const std::string queue = Unique("acks");
  Receiver receiver(on, Consuming({queue}));
  if (co_await receiver.Connected()) {
    co_await Fill(on, queue, 6);
    if (co_await receiver.Received(6)) {
      for (size_t number : c->order) {
        receiver->Ack(receiver.deliveries()[number - 1].tag);
        if (c->one_by_one) EXPECT_EQ(co_await receiver.Depth(queue), 0);
      }
    }
  }
  co_await receiver->Close();
  const std::vector<std::string> left = co_await WhatIsLeft(on, queue, c->left.size());
  EXPECT_EQ(left, c->left) << c->name;
}

TEST(ConsumerTest, ExactlyWhatIsNotAckedComesAgain) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    for (const AckCase& c : kAckCases) co_await AcksInOrder(on, &c);
  });
}

TEST(ConsumerTest, NeverMoreThanThePrefetchIsUnacknowledged) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("prefetch");
    Receiver receiver(on, Consuming({queue}, 3));
    if (co_await receiver.Connected()) {
      co_await Fill(on, queue, 10);
      if (co_await receiver.Received(3) && co_await receiver.DepthBecomes(queue, 7)) {
        EXPECT_THAT(receiver.bodies(), ElementsAre("1", "2", "3"));
        receiver->Ack(receiver.deliveries()[1].tag);
        EXPECT_TRUE(co_await receiver.Received(4));
        EXPECT_TRUE(co_await receiver.DepthBecomes(queue, 6));
        EXPECT_THAT(receiver.bodies(), ElementsAre("1", "2", "3", "4"));
      }
    }
    co_await receiver->Close();
  });
}

TEST(ConsumerTest, EverySubscriptionHasAPrefetchOfItsOwn) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string slow = Unique("slow");
    const std::string fast = Unique("fast");
    Receiver receiver(on, Consuming({slow, fast}, 2));
    if (co_await receiver.Connected()) {
      co_await Fill(on, slow, 5);
      if (co_await receiver.Received(2) && co_await receiver.DepthBecomes(slow, 3)) {
        co_await Fill(on, fast, 2);
        EXPECT_TRUE(co_await receiver.Received(4));
        EXPECT_EQ(receiver.deliveries()[2].queue, fast);
        EXPECT_EQ(receiver.deliveries()[3].queue, fast);
      }
    }
    co_await receiver->Close();
  });
}

TEST(ConsumerTest, RequeueBringsItBackAndRejectSendsItToTheDeadLetters) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("verdicts");
    const std::string dead = Unique("dead");
    ConsumerOptions options = Consuming({queue, dead});
    options.topology.queues[0].arguments["x-dead-letter-exchange"] = std::string();
    options.topology.queues[0].arguments["x-dead-letter-routing-key"] = dead;
    Receiver receiver(on, options);
    if (co_await receiver.Connected()) {
      co_await Fill(on, queue, 2);
      if (co_await receiver.Received(2)) {
        receiver->Requeue(receiver.deliveries()[0].tag);
        receiver->Reject(receiver.deliveries()[1].tag);
        EXPECT_TRUE(co_await receiver.Received(4));
        std::vector<std::string> seen;
        for (size_t i = 2; i < receiver.deliveries().size(); ++i) {
          const Delivery& delivery = receiver.deliveries()[i];
          seen.push_back(delivery.queue + " " + delivery.message.body +
                         (delivery.redelivered ? " again" : ""));
          if (delivery.queue != dead) continue;
          EXPECT_EQ(delivery.message.Header("x-first-death-reason"), "rejected");
          EXPECT_EQ(delivery.message.Header("x-first-death-queue"), queue);
          EXPECT_FALSE(delivery.message.headers.contains("x-death"));
        }
        EXPECT_THAT(seen, UnorderedElementsAre(queue + " 1 again", dead + " 2"));
      }
    }
    co_await receiver->Close();
  });
}

TEST(ConsumerTest, AfterStopConsumingNothingComesAndWhatIsInHandCanBeAcked) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("stopping");
    Receiver receiver(on, Consuming({queue}, 2));
    if (co_await receiver.Connected()) {
      co_await Fill(on, queue, 5);
      if (co_await receiver.Received(2) && co_await receiver.DepthBecomes(queue, 3)) {
        co_await receiver->StopConsuming();
        EXPECT_TRUE(receiver->connected());
        receiver->Ack(receiver.deliveries()[0].tag);
        receiver->Ack(receiver.deliveries()[1].tag);
        EXPECT_EQ(co_await receiver.Depth(queue), 3);
        EXPECT_THAT(receiver.bodies(), ElementsAre("1", "2"));
      }
    }
    co_await receiver->Close();
    EXPECT_THAT(co_await WhatIsLeft(on, queue, 3), ElementsAre("3", "4", "5"));
  });
}

// The broker pushes as fast as it can while we stop: whatever crosses goes back to the queue.
TEST(ConsumerTest, StopConsumingUnderLoadLosesNothing) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("stopping-under-load");
    constexpr int kCount = 400;
    {
      Receiver declarer(on, Consuming({queue}, 1));
      EXPECT_TRUE(co_await declarer.Connected());
      co_await declarer->StopConsuming();
      co_await Fill(on, queue, kCount);
      co_await declarer->Close();
    }
    Receiver receiver(on, Consuming({queue}, 50));
    size_t seen = 0;
    if (co_await receiver.Connected() && co_await receiver.Received(1)) {
      co_await receiver->StopConsuming();
      seen = receiver.deliveries().size();
      for (const Delivery& delivery : receiver.deliveries()) receiver->Ack(delivery.tag);
      EXPECT_TRUE(co_await receiver.DepthBecomes(queue, kCount - static_cast<int64_t>(seen)));
      EXPECT_EQ(receiver.deliveries().size(), seen);
    }
    co_await receiver->Close();
    const std::vector<std::string> left = co_await WhatIsLeft(on, queue, kCount - seen);
    EXPECT_EQ(left.size(), kCount - seen);
  });
}

TEST(ConsumerTest, ADeletedQueueCancelsTheConsumerWhichDeclaresItAgain) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("deleted");
    Receiver receiver(on, Consuming({queue}));
    std::vector<std::string> errors;
    receiver->OnStateChange([&receiver, &errors] {
      if (!receiver->connected()) errors.push_back(receiver->last_error());
      receiver.changed().NotifyAll();
    });
    if (co_await receiver.Connected()) {
      absl::Status deleted = TheBroker().Control({"delete_queue", queue});
      EXPECT_TRUE(deleted.ok()) << deleted;
      EXPECT_TRUE(co_await Until(
          receiver.changed(), [&errors] { return !errors.empty(); }, "the cancellation"));
      EXPECT_TRUE(co_await receiver.Connected());
      EXPECT_THAT(errors, ElementsAre(HasSubstr("cancelled the consumer of queue '" + queue)));
      co_await Fill(on, queue, 1);
      EXPECT_TRUE(co_await receiver.Received(1));
    }
    co_await receiver->Close();
  });
}

TEST(ConsumerTest, AnAckOfAnOldConnectionDoesNothing) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("stale");
    Receiver receiver(on, Consuming({queue}));
    if (co_await receiver.Connected()) {
      co_await Fill(on, queue, 2);
      if (co_await receiver.Received(2)) {
        absl::Status cut = TheBroker().Control({"close_all_connections", "for the test"});
        EXPECT_TRUE(cut.ok()) << cut;
        EXPECT_TRUE(co_await receiver.Received(4));
        const DeliveryTag old = receiver.deliveries()[0].tag;
        const DeliveryTag now = receiver.deliveries()[2].tag;
        EXPECT_NE(old.connection, now.connection);
        EXPECT_EQ(old.number, now.number);  // It would name another delivery.
        EXPECT_TRUE(receiver.deliveries()[2].redelivered);
        receiver->Ack(old);
        receiver->Ack(receiver.deliveries()[3].tag);
        EXPECT_EQ(co_await receiver.Depth(queue), 0);
      }
    }
    co_await receiver->Close();
    EXPECT_EQ((co_await WhatIsLeft(on, queue, 1)).size(), 1U);
  });
}

TEST(ConsumerTest, DepthOfAnUnknownQueueIsNotFoundAndDisturbsNothing) {
  RunOnLoop([](OnLoop& on) -> Task<void> {
    const std::string queue = Unique("depth");
    Receiver receiver(on, Consuming({queue}, 1));
    if (co_await receiver.Connected()) {
      absl::StatusOr<int64_t> missing =
          co_await receiver->Depth("no.such.queue", absl::Seconds(30));
      EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
      co_await Fill(on, queue, 3);
      EXPECT_TRUE(co_await receiver.Received(1));
      EXPECT_TRUE(co_await receiver.DepthBecomes(queue, 2));
      EXPECT_TRUE(receiver->connected());
    }
    co_await receiver->Close();
    absl::StatusOr<int64_t> closed = co_await receiver->Depth(queue, absl::Seconds(30));
    EXPECT_EQ(closed.status().code(), absl::StatusCode::kUnavailable);
  });
}

}  // namespace
}  // namespace leadrelay::amqp
