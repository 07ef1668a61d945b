#pragma once
// InletPort and OutletPort: the connections of one process to the broker.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/amqp/inlet.h"
#include "common/amqp/outlet.h"
#include "common/coro/completion.h"
#include "tests/simulation/broker/broker.h"
#include "tests/simulation/host.h"

namespace leadrelay::simulation {

// Consumes some queues.  What comes in is handed over in order; what is on its way when the
// connection ends is not.
class InletPort final : public amqp::Inlet, public Subscriber {
 public:
  using Handler = std::function<void(amqp::Delivery delivery)>;

  InletPort(Broker& broker,
            Host& host,
            Random& random,
            const Faults& faults,
            std::vector<std::string> queues,
            size_t prefetch,
            Handler handler);
  ~InletPort() override;
  InletPort(const InletPort&) = delete;
  InletPort& operator=(const InletPort&) = delete;

  // What is acknowledged right now, before the broker hears of it.
  void OnAck(std::function<void(const amqp::Delivery& delivery)> hook) {
    on_ack_ = std::move(hook);
  }

  void Start();
  void Ack(const amqp::DeliveryTag& tag) override;
  // For messages that are too large for a dead letter: there are none here.
  void Reject(const amqp::DeliveryTag& tag) override;
  coro::Task<void> StopConsuming() override;
  coro::Task<absl::StatusOr<int64_t>> Depth(std::string queue, absl::Duration timeout) override;
  bool connected() const override { return connected_; }
  std::string last_error() const override { return connected_ ? "" : "the connection broke"; }

  // The connection ends; it comes back by itself.
  void Break();
  // For good.  `politely`: what was acknowledged before arrives.
  void Close(bool politely);

  // What the process has in its hands.
  const std::map<uint64_t, amqp::Delivery>& in_hand() const { return in_hand_; }

 private:
  bool Wants(const std::string& queue) const override;
  void Take(amqp::Delivery delivery) override;
  void Connect();

  Broker& broker_;
  Host& host_;
  Random& random_;
  const Faults& faults_;
  const std::vector<std::string> queues_;
  const size_t prefetch_;
  const Handler handler_;
  std::function<void(const amqp::Delivery&)> on_ack_;
  std::map<std::string, size_t> unacked_;     // By queue, as the broker counts.
  std::map<uint64_t, std::string> queue_of_;  // Of tags that the broker has not heard of yet.
  std::map<uint64_t, amqp::Delivery> in_hand_;
  std::set<uint64_t> acks_;  // Given, and on their way.
  absl::Duration arrives_;   // The last one that was sent: the others come after it.
  uint64_t connection_ = 0;
  bool connected_ = false;
  bool stopped_ = false;
};

class OutletPort final : public amqp::Outlet {
 public:
  OutletPort(Broker& broker, Host& host, Random& random, const Faults& faults)
      : broker_(broker), host_(host), random_(random), faults_(faults) {}

  coro::Task<absl::Status> Publish(amqp::Message message,
                                   bool mandatory,
                                   absl::Duration timeout,
                                   std::stop_token stop) override;

  void Break();
  void CutOff();

 private:
  struct Sending {
    explicit Sending(coro::Loop& loop) : done(loop) {}
    coro::Completion<absl::Status> done;
    bool dropped = false;  // It will not arrive.
  };
  void Arrive(const std::shared_ptr<Sending>& sending, const amqp::Message& message);
  void Reconnect();
  void Answer(const std::shared_ptr<Sending>& sending, absl::Status status, absl::Duration after);
  void FailAll();

  Broker& broker_;
  Host& host_;
  Random& random_;
  const Faults& faults_;
  std::vector<std::shared_ptr<Sending>> sending_;
  bool connected_ = true;
};

}  // namespace leadrelay::simulation
