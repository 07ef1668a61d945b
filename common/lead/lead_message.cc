#include "common/lead/lead_message.h"

#include <algorithm>
#include <utility>

#include "common/lead/events.h"
#include "common/lead/topology.h"

namespace leadrelay::lead {

amqp::Message LeadMessage(const Envelope& envelope,
                          std::string_view lead_json,
                          std::string traceparent) {
  amqp::Message message;
  message.exchange = std::string(kExchange);
  message.routing_key = std::string(kLedgerQueue);
  message.cc.reserve(envelope.destinations.size());
  for (const std::string& destination : envelope.destinations) {
    message.cc.push_back(DeliverQueue(destination));
  }
  message.content_type = "application/json";
  message.type = std::string(kAcceptedType);
  message.message_id = envelope.lead_id;
  message.timestamp = absl::ToUnixSeconds(envelope.accepted_at);
  message.body = envelope.ToJson(lead_json);
  DeliveryState state;
  state.traceparent = std::move(traceparent);
  state.Write(message);
  return message;
}

std::optional<amqp::Message> ForDestinations(amqp::Message lead_message) {
  if (lead_message.cc.empty()) return std::nullopt;
  lead_message.routing_key = std::move(lead_message.cc.front());
  lead_message.cc.erase(lead_message.cc.begin());
  return lead_message;
}

// JSON has no line breaks but between its tokens, and our writer makes none there.
amqp::Message ForLedger(const std::vector<std::string>& bodies) {
  amqp::Message message;
  message.exchange = std::string(kExchange);
  message.routing_key = std::string(kLedgerQueue);
  message.content_type = "application/x-ndjson";
  message.type = std::string(kAcceptedManyType);
  size_t bytes = 0;
  for (const std::string& body : bodies) bytes += body.size() + 1;
  message.body.reserve(bytes);
  for (const std::string& body : bodies) {
    message.body += body;
    message.body += '\n';
  }
  return message;
}

std::vector<std::string_view> BodiesIn(std::string_view ledger_body) {
  std::vector<std::string_view> bodies;
  while (!ledger_body.empty()) {
    const size_t end = std::min(ledger_body.find('\n'), ledger_body.size());
    if (end > 0) bodies.push_back(ledger_body.substr(0, end));
    ledger_body.remove_prefix(std::min(end + 1, ledger_body.size()));
  }
  return bodies;
}

}  // namespace leadrelay::lead
