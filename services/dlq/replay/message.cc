#include "services/dlq/replay/message.h"

#include "common/lead/envelope.h"
#include "common/lead/events.h"
#include "common/lead/topology.h"

namespace leadrelay::dlq {

amqp::Message ReplayMessage(const OutboxItem& item, const std::string& replay_id) {
  amqp::Message message;
  message.exchange = std::string(lead::kExchange);
  message.routing_key = lead::DeliverQueue(item.destination);
  message.type = std::string(lead::kAcceptedType);
  message.content_type = "application/json";
  message.message_id = item.lead_id;
  message.body = item.body;
  lead::DeliveryState state;
  state.replay_id = replay_id;
  state.progress = item.progress;
  state.unknown = item.unknown;
  state.traceparent = item.traceparent;
  state.Write(message);
  return message;
}

}  // namespace leadrelay::dlq
