#include "tests/integration/amqp/harness.h"

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>
#include <unistd.h>

namespace leadrelay::amqp {
namespace {

std::unique_ptr<test::Broker>& Slot() {
  static std::unique_ptr<test::Broker> broker;
  return broker;
}

}  // namespace

test::Broker& TheBroker() {
  if (Slot() == nullptr) Slot() = std::make_unique<test::Broker>();
  return *Slot();
}

void StopTheBroker() {
  Slot().reset();
}

ConnectionOptions Connection() {
  ConnectionOptions options;
  options.addresses = {BrokerAddress{"127.0.0.1", TheBroker().port()}};
  options.name = "test";
  options.heartbeat = absl::Seconds(2);
  return options;
}

std::string Unique(const std::string& stem) {
  static int count = 0;
  return absl::StrCat(stem, ".", ++count);
}

Queue QuorumQueue(const std::string& name, Table more) {
  more.emplace("x-queue-type", std::string("quorum"));
  return Queue{name, std::move(more)};
}

Message To(const std::string& queue, const std::string& body) {
  Message message;
  message.routing_key = queue;  // The default exchange routes to the queue of that name.
  message.body = body;
  return message;
}

coro::Task<bool> Until(coro::Signal& changed,
                       std::function<bool()> condition,
                       std::string what,
                       absl::Duration patience) {
  while (!condition()) {
    absl::Status woken = co_await changed.Wait(patience, std::stop_token());
    if (woken.ok()) continue;
    ADD_FAILURE() << "did not happen: " << what;
    co_return false;
  }
  co_return true;
}

Sender::Sender(test::OnLoop& on, PublisherOptions options)
    : on_(on), changed_(on.timers), publisher_(on.loop, on.timers, std::move(options)) {
  publisher_.OnStateChange([this] { changed_.NotifyAll(); });
  publisher_.Start();
}

coro::Task<bool> Sender::Connected() {
  return Until(
      changed_, [this] { return publisher_.connected(); }, "the publisher connects");
}

coro::Task<absl::Status> Sender::Publish(Message message, bool mandatory) {
  return publisher_.Publish(std::move(message), mandatory, absl::Seconds(30), std::stop_token());
}

coro::Task<void> Sender::PublishInto(Message message,
                                     bool mandatory,
                                     absl::Duration timeout,
                                     absl::Status& answer) {
  answer = co_await publisher_.Publish(std::move(message), mandatory, timeout, std::stop_token());
}

coro::Task<std::vector<absl::Status>> Sender::PublishAll(std::vector<Message> messages,
                                                         absl::Duration timeout,
                                                         bool mandatory) {
  std::vector<absl::Status> answers(messages.size());
  coro::Scope scope(on_.loop);
  for (size_t i = 0; i < messages.size(); ++i) {
    scope.Spawn(PublishInto(std::move(messages[i]), mandatory, timeout, answers[i]));
  }
  co_await scope.Join();
  co_return answers;
}

Receiver::Receiver(test::OnLoop& on, ConsumerOptions options)
    : on_(on),
      changed_(on.timers),
      consumer_(on.loop, on.timers, std::move(options), [this](Delivery delivery) {
        deliveries_.push_back(std::move(delivery));
        changed_.NotifyAll();
      }) {
  consumer_.OnStateChange([this] { changed_.NotifyAll(); });
  consumer_.Start();
}

coro::Task<bool> Receiver::Connected() {
  return Until(
      changed_, [this] { return consumer_.connected(); }, "the consumer connects");
}

coro::Task<bool> Receiver::Received(size_t count) {
  return Until(
      changed_,
      [this, count] { return deliveries_.size() >= count; },
      absl::StrCat(count, " deliveries"));
}

std::vector<std::string> Receiver::bodies() const {
  std::vector<std::string> bodies;
  for (const Delivery& delivery : deliveries_) bodies.push_back(delivery.message.body);
  return bodies;
}

coro::Task<int64_t> Receiver::Depth(std::string queue) {
  absl::StatusOr<int64_t> depth = co_await consumer_.Depth(std::move(queue), absl::Seconds(30));
  EXPECT_TRUE(depth.ok()) << depth.status();
  co_return depth.value_or(-1);
}

// A quorum queue tells its depth a moment after it has changed, and tells nobody when it does.
coro::Task<bool> Receiver::DepthBecomes(std::string queue, int64_t depth) {
  int64_t seen = -1;
  for (int i = 0; i < 600; ++i) {
    seen = co_await Depth(queue);
    if (seen == depth) co_return true;
    (void)co_await on_.timers.Sleep(absl::Milliseconds(50), std::stop_token());
  }
  ADD_FAILURE() << queue << " holds " << seen << " messages, not " << depth;
  co_return false;
}

ConsumerOptions Consuming(const std::vector<std::string>& queues, uint16_t prefetch) {
  ConsumerOptions options;
  options.connection = Connection();
  for (const std::string& queue : queues) {
    options.topology.queues.push_back(QuorumQueue(queue));
    options.subscriptions.push_back(Subscription{queue, prefetch});
  }
  return options;
}

}  // namespace leadrelay::amqp
