#include "services/dlq/mark/message.h"

#include <utility>

#include "common/json/json.h"
#include "common/lead/lead_id.h"
#include "common/lead/lead_message.h"

namespace leadrelay::dlq {
namespace {

constexpr std::string_view kOperation = "mark_synced";

}  // namespace

std::string MarkId(const std::string& lead_id, const std::string& destination) {
  return lead::DeriveLeadId(kOperation, destination, lead_id);
}

amqp::Message MarkMessage(const DueMark& mark, std::string traceparent) {
  lead::Envelope envelope;
  envelope.lead_id = MarkId(mark.lead_id, mark.destination);
  envelope.publisher = mark.publisher;
  envelope.accepted_at = mark.due_at;
  envelope.destinations = {mark.destination};
  json::Writer document;
  document.StartObject()
      .Member("operation", kOperation)
      .Member("synced_lead_id", mark.lead_id)
      .Member("consent_given", mark.consent_given)
      .EndObject();
  return lead::LeadMessage(envelope, document.Take(), std::move(traceparent));
}

}  // namespace leadrelay::dlq
