#include "tests/simulation/broker/broker.h"

#include <algorithm>
#include <utility>

#include "common/lead/topology.h"

namespace leadrelay::simulation {
namespace {

constexpr size_t kMostDelayed = 50;

std::string TextOf(const amqp::Table& table, const std::string& name) {
  const auto found = table.find(name);
  if (found == table.end()) return "";
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? "" : *text;
}

int64_t NumberOf(const amqp::Table& table, const std::string& name) {
  const auto found = table.find(name);
  if (found == table.end()) return 0;
  const auto* number = std::get_if<int64_t>(&found->second);
  return number == nullptr ? 0 : *number;
}

}  // namespace

Broker::Broker(Agenda& agenda,
               Journal& journal,
               Random& random,
               const Faults& faults,
               const amqp::Topology& topology)
    : agenda_(agenda),
      journal_(journal),
      random_(random),
      faults_(faults),
      bindings_(topology.bindings) {
  for (const amqp::Exchange& exchange : topology.exchanges) {
    types_[exchange.name] = exchange.type;
    if (!exchange.alternate.empty()) alternates_[exchange.name] = exchange.alternate;
  }
  for (const amqp::Queue& declared : topology.queues) {
    Queue& queue = queues_[declared.name];
    queue.name = declared.name;
    queue.dead_letter_exchange = TextOf(declared.arguments, "x-dead-letter-exchange");
    queue.dead_letter_key = TextOf(declared.arguments, "x-dead-letter-routing-key");
    queue.delivery_limit = NumberOf(declared.arguments, "x-delivery-limit");
    queue.ttl = absl::Milliseconds(NumberOf(declared.arguments, "x-message-ttl"));
  }
}

// Of topics, the two shapes that the topology has: "*.<rest>" and "<word>.#".
bool Broker::Binds(const amqp::Binding& binding, const std::string& key) const {
  const std::string& type = types_.at(binding.exchange);
  const std::string& pattern = binding.routing_key;
  if (type == "fanout") return true;
  if (type == "direct") return pattern == key;
  const size_t dot = key.find('.');
  if (pattern.starts_with("*."))
    return dot != std::string::npos && key.substr(dot) == pattern.substr(1);
  return pattern.ends_with(".#") && key.substr(0, dot) == pattern.substr(0, pattern.size() - 2);
}

void Broker::RouteTo(const std::string& exchange,
                     const std::string& key,
                     std::vector<std::string>& queues) const {
  const size_t before = queues.size();
  for (const amqp::Binding& binding : bindings_) {
    if (binding.exchange == exchange && Binds(binding, key) &&
        std::ranges::find(queues, binding.queue) == queues.end()) {
      queues.push_back(binding.queue);
    }
  }
  const auto alternate = alternates_.find(exchange);
  if (queues.size() == before && alternate != alternates_.end()) {
    RouteTo(alternate->second, key, queues);
  }
}

std::vector<std::string> Broker::Route(const amqp::Message& message) const {
  std::vector<std::string> queues;
  RouteTo(message.exchange, message.routing_key, queues);
  for (const std::string& key : message.cc) RouteTo(message.exchange, key, queues);
  return queues;
}

void Broker::Store(const amqp::Message& message, const std::vector<std::string>& queues) {
  for (const std::string& name : queues) {
    Queue& queue = queues_.at(name);
    Put(queue, Stored{message, 0});
    if (on_stored_) on_stored_(name, message);
  }
  Dispatch();
}

void Broker::Put(Queue& queue, Stored stored) {
  if (queue.ttl == absl::ZeroDuration()) {
    queue.ready.push_back(std::move(stored));
    return;
  }
  ++queue.out;
  const absl::Duration late = random_.Chance(0.1)
                                  ? random_.Between(absl::ZeroDuration(), absl::Seconds(10))
                                  : random_.Between(-absl::Milliseconds(2), absl::Milliseconds(20));
  auto waiting = std::make_shared<Stored>(std::move(stored));
  agenda_.After(queue.ttl + late, [this, &queue, waiting] { Expire(queue, waiting); });
}

// At least once: the worker that moves it may do so twice.  Not where copies of copies have piled
// up: they would become more, delay after delay, faster than anybody can take them.
void Broker::Expire(Queue& queue, const std::shared_ptr<Stored>& stored) {
  if (queue.out < kMostDelayed && random_.Chance(faults_.expires_twice)) {
    journal_.Say(queue.name, ": ", stored->message.message_id, " expires, and will once more");
    auto again = std::make_shared<Stored>(*stored);
    ++queue.out;
    agenda_.After(random_.Between(absl::Milliseconds(1), absl::Seconds(5)),
                  [this, &queue, again] { Expire(queue, again); });
  }
  --queue.out;
  DeadLetter(queue, std::move(*stored), "expired");
}

void Broker::DeadLetter(Queue& queue, Stored stored, const std::string& reason) {
  amqp::Message message = std::move(stored.message);
  message.headers.try_emplace("x-first-death-queue", queue.name);
  message.headers.try_emplace("x-first-death-reason", reason);
  message.headers.insert_or_assign("x-last-death-queue", queue.name);
  message.headers.insert_or_assign("x-last-death-reason", reason);
  message.exchange = queue.dead_letter_exchange;
  if (!queue.dead_letter_key.empty()) {
    message.routing_key = queue.dead_letter_key;
    message.cc.clear();
  }
  journal_.Say(queue.name, ": ", message.message_id, " ", reason);
  const std::vector<std::string> queues = Route(message);
  if (queues.empty()) journal_.Violate(queue.name, ": a dead letter has no way to go");
  Store(message, queues);
}

void Broker::Subscribe(const std::string& queue, Subscriber& subscriber) {
  queues_.at(queue).subscribers.push_back(&subscriber);
  Dispatch();
}

void Broker::Unsubscribe(Subscriber& subscriber) {
  for (auto& [name, queue] : queues_) std::erase(queue.subscribers, &subscriber);
  std::map<uint64_t, Out> out = std::move(out_[&subscriber]);
  out_.erase(&subscriber);
  std::vector<std::pair<Queue*, Stored>> spent;
  for (auto entry = out.rbegin(); entry != out.rend(); ++entry) {
    Out& each = entry->second;
    --each.queue->out;
    ++each.stored.returns;
    if (each.queue->delivery_limit > 0 && each.stored.returns > each.queue->delivery_limit) {
      spent.emplace_back(each.queue, std::move(each.stored));
    } else {
      each.queue->ready.push_front(std::move(each.stored));
    }
  }
  for (auto& [queue, stored] : spent) DeadLetter(*queue, std::move(stored), "delivery_limit");
  Dispatch();
}

void Broker::Acknowledge(Subscriber& subscriber, uint64_t tag) {
  const auto all = out_.find(&subscriber);
  if (all == out_.end()) return;
  const auto entry = all->second.find(tag);
  if (entry == all->second.end()) return;
  --entry->second.queue->out;
  all->second.erase(entry);
  Dispatch();
}

void Broker::Dispatch() {
  for (auto& [name, queue] : queues_) DispatchFrom(queue);
}

Subscriber* Broker::NextOf(Queue& queue) {
  for (size_t i = 0; i < queue.subscribers.size(); ++i) {
    Subscriber* subscriber = queue.subscribers[queue.next++ % queue.subscribers.size()];
    if (subscriber->Wants(queue.name)) return subscriber;
  }
  return nullptr;
}

void Broker::DispatchFrom(Queue& queue) {
  while (!queue.ready.empty()) {
    Subscriber* subscriber = NextOf(queue);
    if (subscriber == nullptr) return;
    Stored stored = std::move(queue.ready.front());
    queue.ready.pop_front();
    amqp::Delivery delivery;
    delivery.tag.number = ++last_tag_;
    delivery.queue = queue.name;
    delivery.redelivered = stored.returns > 0;
    delivery.message = stored.message;
    ++queue.out;
    out_[subscriber].emplace(last_tag_, Out{&queue, std::move(stored)});
    subscriber->Take(std::move(delivery));
  }
}

size_t Broker::Depth(const std::string& queue) const {
  const auto found = queues_.find(queue);
  return found == queues_.end() ? 0 : found->second.ready.size() + found->second.out;
}

size_t Broker::InQueues() const {
  size_t sum = 0;
  for (const auto& [name, queue] : queues_) {
    if (name != lead::kParkingQueue) sum += queue.ready.size() + queue.out;
  }
  return sum;
}

}  // namespace leadrelay::simulation
