#pragma once
// Broker: the RabbitMQ of the world: the exchanges and queues of lead::BuildTopology(), quorum
// queues with a delivery limit, delay queues whose messages expire (never early by more than a
// hair, sometimes late, sometimes twice), and consumers with a prefetch.  A message that is stored
// is not lost.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/amqp/inlet.h"
#include "common/amqp/message.h"
#include "tests/simulation/agenda.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/journal.h"
#include "tests/simulation/random.h"

namespace leadrelay::simulation {

// Whoever consumes: one connection's subscription to one queue.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  // It has a place free in its prefetch.
  virtual bool Wants(const std::string& queue) const = 0;
  // Nothing is done with it before the call has returned.
  virtual void Take(amqp::Delivery delivery) = 0;
};

class Broker {
 public:
  Broker(Agenda& agenda,
         Journal& journal,
         Random& random,
         const Faults& faults,
         const amqp::Topology& topology);

  // Called for every message that has been stored in a queue.
  void OnStored(std::function<void(const std::string& queue, const amqp::Message& message)> hook) {
    on_stored_ = std::move(hook);
  }

  // The queues that the message goes to, and the storing of it in some of them.
  std::vector<std::string> Route(const amqp::Message& message) const;
  void Store(const amqp::Message& message, const std::vector<std::string>& queues);

  void Subscribe(const std::string& queue, Subscriber& subscriber);
  // Ends all of its subscriptions; what it has not acknowledged comes again.
  void Unsubscribe(Subscriber& subscriber);
  void Acknowledge(Subscriber& subscriber, uint64_t tag);
  // Hands over what waits in the queues, as far as it is wanted.
  void Dispatch();

  // Nobody gets a connection until then.  Who has one, loses it by Break() of its port.
  void RefuseUntil(absl::Duration when) { refuses_until_ = when; }
  bool refuses() const { return refuses_until_ > agenda_.now(); }

  // Messages that wait or are out, delay queues included.
  size_t Depth(const std::string& queue) const;
  // Everywhere but in leads.parking.
  size_t InQueues() const;

 private:
  struct Stored {
    amqp::Message message;
    int64_t returns = 0;  // How often it has come back from a consumer.
  };
  struct Queue {
    std::string name;
    std::string dead_letter_exchange;
    std::string dead_letter_key;
    int64_t delivery_limit = 0;
    absl::Duration ttl;
    std::deque<Stored> ready;
    std::vector<Subscriber*> subscribers;
    size_t next = 0;  // Whose turn it is.
    size_t out = 0;
  };
  struct Out {
    Queue* queue;
    Stored stored;
  };

  bool Binds(const amqp::Binding& binding, const std::string& key) const;
  void RouteTo(const std::string& exchange,
               const std::string& key,
               std::vector<std::string>& queues) const;
  void Put(Queue& queue, Stored stored);
  void Expire(Queue& queue, const std::shared_ptr<Stored>& stored);
  void DeadLetter(Queue& queue, Stored stored, const std::string& reason);
  void DispatchFrom(Queue& queue);
  Subscriber* NextOf(Queue& queue);

  Agenda& agenda_;
  Journal& journal_;
  Random& random_;
  const Faults& faults_;
  std::map<std::string, std::string> types_;       // Of exchanges.
  std::map<std::string, std::string> alternates_;  // Likewise.
  std::vector<amqp::Binding> bindings_;
  std::map<std::string, Queue> queues_;
  std::map<Subscriber*, std::map<uint64_t, Out>> out_;
  uint64_t last_tag_ = 0;
  absl::Duration refuses_until_;
  std::function<void(const std::string&, const amqp::Message&)> on_stored_;
};

}  // namespace leadrelay::simulation
