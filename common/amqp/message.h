#pragma once
// AMQP messages and topology as values.  Pure.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace leadrelay::amqp {

// Field values that we write.  What others send is read into these where it fits (any integer
// width, timestamps as seconds, byte strings as text); tables, arrays and the rest are left out.
using FieldValue = std::variant<std::string, int64_t, bool>;
using Table = std::map<std::string, FieldValue, std::less<>>;

struct Message {
  std::string exchange;
  std::string routing_key;
  std::vector<std::string> cc;  // Further routing keys (sender-selected distribution).
  std::string body;

  // Properties; empty or 0 means not set.  Delivery mode is always persistent.
  std::string content_type;
  std::string message_id;
  std::string correlation_id;
  std::string type;
  std::string app_id;
  std::string user_id;    // Received only: RabbitMQ has checked it against the connection's user.
  int64_t timestamp = 0;  // Seconds since the epoch.
  Table headers;

  std::string_view Header(std::string_view name) const;  // A text header, empty when not there.
  int64_t IntHeader(std::string_view name, int64_t fallback) const;
  friend bool operator==(const Message&, const Message&) = default;
};

struct Exchange {
  std::string name;
  std::string type;       // direct, fanout, topic.
  std::string alternate;  // Alternate exchange, or empty.
  friend bool operator==(const Exchange&, const Exchange&) = default;
};

struct Queue {
  std::string name;
  Table arguments;  // x-queue-type and the like.
  friend bool operator==(const Queue&, const Queue&) = default;
};

struct Binding {
  std::string exchange;
  std::string queue;
  std::string routing_key;
  friend bool operator==(const Binding&, const Binding&) = default;
};

// All durable.  Declared in the order exchanges, queues, bindings; declaring again is a no-op.
struct Topology {
  std::vector<Exchange> exchanges;
  std::vector<Queue> queues;
  std::vector<Binding> bindings;
  friend bool operator==(const Topology&, const Topology&) = default;
};

}  // namespace leadrelay::amqp
