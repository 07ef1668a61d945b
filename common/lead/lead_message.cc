#include "common/lead/lead_message.h"

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

}  // namespace leadrelay::lead
