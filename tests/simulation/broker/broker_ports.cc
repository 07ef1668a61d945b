#include "tests/simulation/broker/broker_ports.h"

#include <algorithm>
#include <utility>

namespace leadrelay::simulation {
namespace {

absl::Duration OneWay(Random& random) {
  return random.Between(absl::Microseconds(100), absl::Milliseconds(5));
}

absl::Duration UntilItIsBack(Random& random) {
  return random.Between(absl::Milliseconds(1), absl::Seconds(3));
}

}  // namespace

InletPort::InletPort(Broker& broker,
                     Host& host,
                     Random& random,
                     const Faults& faults,
                     std::vector<std::string> queues,
                     size_t prefetch,
                     Handler handler)
    : broker_(broker),
      host_(host),
      random_(random),
      faults_(faults),
      queues_(std::move(queues)),
      prefetch_(prefetch),
      handler_(std::move(handler)) {}

InletPort::~InletPort() {
  broker_.Unsubscribe(*this);
}

void InletPort::Start() {
  host_.agenda().After(OneWay(random_), [this] { Connect(); });
}

void InletPort::Connect() {
  if (!host_.alive() || connected_ || stopped_) return;
  if (broker_.refuses()) {
    host_.agenda().After(UntilItIsBack(random_), [this] { Connect(); });
    return;
  }
  connected_ = true;
  ++connection_;
  for (const std::string& queue : queues_) broker_.Subscribe(queue, *this);
}

bool InletPort::Wants(const std::string& queue) const {
  const auto count = unacked_.find(queue);
  return connected_ && !stopped_ && (count == unacked_.end() || count->second < prefetch_);
}

void InletPort::Take(amqp::Delivery delivery) {
  ++unacked_[delivery.queue];
  queue_of_[delivery.tag.number] = delivery.queue;
  delivery.tag.connection = connection_;
  if (random_.Chance(faults_.consumer_breaks)) {
    host_.agenda().After(random_.Between(absl::ZeroDuration(), absl::Seconds(2)),
                         [this] { Break(); });
  }
  arrives_ = std::max(arrives_, host_.agenda().now() + OneWay(random_));
  host_.agenda().At(arrives_, [this, delivery = std::move(delivery)] {
    host_.Happen([this, delivery] {
      if (delivery.tag.connection != connection_ || !connected_ || stopped_) return;
      host_.journal().Say(host_.name(),
                          " gets ",
                          delivery.message.message_id,
                          " from ",
                          delivery.queue,
                          delivery.redelivered ? ", not for the first time" : "");
      in_hand_.emplace(delivery.tag.number, delivery);
      handler_(delivery);
    });
  });
}

void InletPort::Ack(const amqp::DeliveryTag& tag) {
  if (!host_.alive() || tag.connection != connection_ || !connected_) return;
  const auto held = in_hand_.find(tag.number);
  if (held == in_hand_.end()) {
    host_.journal().Violate(host_.name(), " acknowledges a message twice");
    return;
  }
  host_.journal().Say(host_.name(), " acknowledges ", held->second.message.message_id);
  if (on_ack_) on_ack_(held->second);
  in_hand_.erase(held);
  acks_.insert(tag.number);
  const uint64_t number = tag.number;
  host_.agenda().After(OneWay(random_), [this, number] {
    if (acks_.erase(number) == 0) return;  // The connection ended first.
    --unacked_[queue_of_[number]];
    queue_of_.erase(number);
    broker_.Acknowledge(*this, number);
  });
}

void InletPort::Reject(const amqp::DeliveryTag& /*tag*/) {
  host_.journal().Violate(host_.name(), " rejects a message");
}

coro::Task<void> InletPort::StopConsuming() {
  stopped_ = true;
  // What was on its way goes back; what is in hand stays: the broker hears of it by the acks.
  absl::Status slept =
      co_await host_.timers().Sleep(random_.Between(absl::Milliseconds(1), absl::Seconds(2)), {});
  (void)slept;
}

coro::Task<absl::StatusOr<int64_t>> InletPort::Depth(std::string queue, absl::Duration) {
  co_return static_cast<int64_t>(broker_.Depth(queue));
}

void InletPort::Break() {
  if (!connected_ || !host_.alive()) return;
  host_.journal().Say(host_.name(), ": its consuming connection breaks");
  connected_ = false;
  acks_.clear();
  in_hand_.clear();
  unacked_.clear();
  queue_of_.clear();
  broker_.Unsubscribe(*this);
  host_.agenda().After(UntilItIsBack(random_), [this] { Connect(); });
}

void InletPort::Close(bool politely) {
  connected_ = false;
  stopped_ = true;
  for (const uint64_t number : std::set(acks_)) {
    if (politely || random_.Chance(0.5)) broker_.Acknowledge(*this, number);
  }
  acks_.clear();
  in_hand_.clear();
  broker_.Unsubscribe(*this);
}

coro::Task<absl::Status> OutletPort::Publish(amqp::Message message,
                                             bool /*mandatory*/,
                                             absl::Duration timeout,
                                             std::stop_token stop) {
  if (!connected_) co_return absl::UnavailableError("no connection to the broker");
  auto sending = std::make_shared<Sending>(host_.loop());
  sending_.push_back(sending);
  host_.agenda().After(OneWay(random_), [this, sending, message = std::move(message)] {
    if (!sending->dropped) Arrive(sending, message);
  });
  coro::Timers::Alarm late(host_.timers(), timeout, [&sending] {
    sending->done.Set(absl::DeadlineExceededError("not confirmed in time"));
  });
  std::stop_callback on_stop(std::move(stop),
                             [&sending] { sending->done.Set(absl::CancelledError("stopped")); });
  absl::Status answer = co_await sending->done;
  std::erase(sending_, sending);
  co_return answer;
}

void OutletPort::Arrive(const std::shared_ptr<Sending>& sending, const amqp::Message& message) {
  const std::vector<std::string> queues = broker_.Route(message);
  if (queues.empty()) {
    Answer(sending, absl::NotFoundError("unroutable"), OneWay(random_));
    return;
  }
  const bool alive = host_.alive();
  if (alive && random_.Chance(faults_.publish_is_lost)) {
    if (random_.Chance(0.5)) broker_.Store(message, queues);
    Break();
    return;
  }
  if (random_.Chance(faults_.publish_is_refused)) {
    std::vector<std::string> some;
    for (const std::string& queue : queues) {
      if (random_.Chance(0.5)) some.push_back(queue);
    }
    if (!queues.empty() && some.size() == queues.size()) some.pop_back();
    broker_.Store(message, some);
    Answer(sending, absl::AbortedError("the broker refused it"), OneWay(random_));
    return;
  }
  broker_.Store(message, queues);
  const bool late = random_.Chance(faults_.confirm_is_late);
  Answer(sending,
         absl::OkStatus(),
         late ? random_.Between(absl::Milliseconds(100), absl::Seconds(15)) : OneWay(random_));
}

void OutletPort::Answer(const std::shared_ptr<Sending>& sending,
                        absl::Status status,
                        absl::Duration after) {
  host_.agenda().After(after, [this, sending, status = std::move(status)] {
    host_.Happen([sending, status] { sending->done.Set(status); });
  });
}

void OutletPort::FailAll() {
  for (const std::shared_ptr<Sending>& each : std::vector(sending_)) {
    each->done.Set(absl::UnavailableError("the connection broke"));
  }
}

void OutletPort::Break() {
  if (!connected_ || !host_.alive()) return;
  host_.journal().Say(host_.name(), ": its publishing connection breaks");
  connected_ = false;
  for (const std::shared_ptr<Sending>& each : sending_) each->dropped |= random_.Chance(0.5);
  host_.Happen([this] { FailAll(); });
  Reconnect();
}

void OutletPort::Reconnect() {
  host_.agenda().After(UntilItIsBack(random_), [this] {
    if (!host_.alive()) return;
    connected_ = !broker_.refuses();
    if (!connected_) Reconnect();
  });
}

void OutletPort::CutOff() {
  connected_ = false;
  for (const std::shared_ptr<Sending>& each : sending_) each->dropped |= random_.Chance(0.5);
  FailAll();
}

}  // namespace leadrelay::simulation
