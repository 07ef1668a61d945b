#include "services/ingest/publish/lead_message.h"

#include <utility>

#include "common/crypto/crypto.h"
#include "common/json/json.h"
#include "common/lead/events.h"
#include "common/lead/topology.h"

namespace leadrelay::ingest {

amqp::Message LeadMessage(const lead::Envelope& envelope,
                          std::string_view lead_json,
                          std::string traceparent) {
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kLedgerQueue);
  message.cc.reserve(envelope.destinations.size());
  for (const std::string& destination : envelope.destinations) {
    message.cc.push_back(lead::DeliverQueue(destination));
  }
  message.content_type = "application/json";
  message.type = std::string(lead::kAcceptedType);
  message.message_id = envelope.lead_id;
  message.timestamp = absl::ToUnixSeconds(envelope.accepted_at);
  message.body = envelope.ToJson(lead_json);
  lead::DeliveryState state;
  state.traceparent = std::move(traceparent);
  state.Write(message);
  return message;
}

amqp::Message RejectedMessage(const amqp::Message& received,
                              std::string_view problem,
                              absl::Time now) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("publisher", received.app_id);
  writer.Member("message_id", received.message_id);
  writer.Member("received_at", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone()));
  writer.Key("problem").Raw(problem);
  writer.Member("content_type", received.content_type);
  writer.Member("body", crypto::Base64(received.body));
  writer.EndObject();

  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = std::string(lead::kRejectedQueue);
  message.content_type = "application/json";
  message.type = "lead.rejected";
  message.message_id = received.message_id;
  message.app_id = received.app_id;
  message.timestamp = absl::ToUnixSeconds(now);
  message.body = writer.Take();
  return message;
}

}  // namespace leadrelay::ingest
