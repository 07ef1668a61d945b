#pragma once
// What the AMQP tests share: the broker of the program, and a publisher and a consumer whose
// changes a test can wait for.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/amqp/consumer.h"
#include "common/amqp/publisher.h"
#include "common/coro/scope.h"
#include "common/coro/signal.h"
#include "tests/support/broker/broker.h"
#include "tests/support/run_on_loop.h"

namespace leadrelay::amqp {

// Started by the first test that asks for it; one per program.
test::Broker& TheBroker();
void StopTheBroker();

// Of TheBroker(), with a short heartbeat.
ConnectionOptions Connection();

// A name that no other test of this program uses.
std::string Unique(const std::string& stem);

Queue QuorumQueue(const std::string& name, Table more = {});
Message To(const std::string& queue, const std::string& body);

// Waits until `condition` holds; looks again whenever `changed` is notified.  False, and a test
// failure that names `what`, after `patience`.
coro::Task<bool> Until(coro::Signal& changed,
                       std::function<bool()> condition,
                       std::string what,
                       absl::Duration patience = absl::Seconds(30));

// A started publisher.
class Sender {
 public:
  Sender(test::OnLoop& on, PublisherOptions options);
  Publisher& operator*() { return publisher_; }
  Publisher* operator->() { return &publisher_; }
  coro::Signal& changed() { return changed_; }

  coro::Task<bool> Connected();
  // Publishes with a timeout that is far away.
  coro::Task<absl::Status> Publish(Message message, bool mandatory = true);
  // Publishes all of them side by side; the answers in the same order.
  coro::Task<std::vector<absl::Status>> PublishAll(std::vector<Message> messages,
                                                   absl::Duration timeout,
                                                   bool mandatory = true);

 private:
  coro::Task<void> PublishInto(Message message,
                               bool mandatory,
                               absl::Duration timeout,
                               absl::Status& answer);
  test::OnLoop& on_;
  coro::Signal changed_;
  Publisher publisher_;
};

// A started consumer that keeps what it is handed.
class Receiver {
 public:
  Receiver(test::OnLoop& on, ConsumerOptions options);
  Consumer& operator*() { return consumer_; }
  Consumer* operator->() { return &consumer_; }
  coro::Signal& changed() { return changed_; }

  coro::Task<bool> Connected();
  coro::Task<bool> Received(size_t count);
  std::vector<Delivery>& deliveries() { return deliveries_; }
  std::vector<std::string> bodies() const;
  // Everything that was settled so far has reached the broker, and its answer is back.
  coro::Task<int64_t> Depth(std::string queue);
  coro::Task<bool> DepthBecomes(std::string queue, int64_t depth);

 private:
  test::OnLoop& on_;
  coro::Signal changed_;
  std::vector<Delivery> deliveries_;
  Consumer consumer_;
};

ConsumerOptions Consuming(const std::vector<std::string>& queues, uint16_t prefetch = 200);

}  // namespace leadrelay::amqp
