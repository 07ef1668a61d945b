#pragma once
// AmqpProbe: a plain client of the broker, to look at what ingest has published and to publish what
// ingest shall take.  Blocking; ends the process when the broker does not do as told.

#include <optional>
#include <string>
#include <vector>

#include "common/amqp/message.h"
#include "tests/support/broker/channel.h"

namespace leadrelay::ingest {

class AmqpProbe {
 public:
  explicit AmqpProbe(int port) : channel_(port) {}

  // Takes the first message of a queue, if it has one: its text properties, text headers and body.
  std::optional<amqp::Message> Take(const std::string& queue);
  // The same, waiting for one.
  amqp::Message Await(const std::string& queue);
  // Takes everything: the ids of the leads in it, in order, however many a message has.
  std::vector<std::string> TakeLeadIds(const std::string& queue);
  // False while the queue is not there, or not up yet; then this probe is of no more use.
  bool Purge(const std::string& queue);
  int Count(const std::string& queue);
  void Delete(const std::string& queue);
  // exchange, routing_key, body, content_type, message_id, app_id, user_id and text headers.
  void Publish(const amqp::Message& message);

 private:
  test::Channel channel_;
};

}  // namespace leadrelay::ingest
