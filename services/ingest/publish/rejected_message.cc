#include "services/ingest/publish/rejected_message.h"

#include "common/crypto/crypto.h"
#include "common/json/json.h"
#include "common/lead/topology.h"

namespace leadrelay::ingest {

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
