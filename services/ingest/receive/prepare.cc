#include "services/ingest/receive/prepare.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/lead/lead_message.h"

namespace leadrelay::ingest {
namespace {

std::string Answer(const lead::Envelope& envelope) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("lead_id", envelope.lead_id);
  writer.Key("deliveries").StartArray();
  for (const std::string& destination : envelope.destinations) {
    writer.StartObject();
    writer.Member("delivery_id", lead::DeliveryId(envelope.lead_id, destination));
    writer.Member("destination", destination);
    writer.Member("status", "queued");
    writer.EndObject();
  }
  for (const lead::Suppression& suppression : envelope.suppressed) {
    writer.StartObject();
    writer.Member("delivery_id", lead::DeliveryId(envelope.lead_id, suppression.destination));
    writer.Member("destination", suppression.destination);
    writer.Member("status", "suppressed");
    writer.Member("reason", suppression.reason);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take();
}

}  // namespace

std::variant<Prepared, Problem> Preparer::Prepare(const config::Publisher& publisher,
                                                  const Submission& submission,
                                                  std::string traceparent,
                                                  absl::Time now) const {
  const json::Value sent = submission.lead.root();
  const bool same = submission.identity.root().IsNull();
  const std::string content = (same ? sent : submission.identity.root()).Canonical();
  if (content.size() > static_cast<size_t>(max_lead_bytes_)) {
    return TooLarge(absl::StrCat("a lead may have ", max_lead_bytes_, " bytes"));
  }
  Checked checked = validator_.Check(sent, submission.expected, publisher.phone_region, now);
  if (!checked.faults.empty()) return InvalidLead(std::move(checked.faults));

  Prepared prepared;
  prepared.identity = Identify(publisher.name, submission.key, content);
  prepared.routing = router_.Decide(publisher.name, checked.lead);

  lead::Envelope envelope;
  envelope.lead_id = prepared.identity.lead_id;
  envelope.publisher = publisher.name;
  envelope.accepted_at = now;
  envelope.destinations = prepared.routing.destinations;
  envelope.suppressed = prepared.routing.suppressed;
  prepared.message = lead::LeadMessage(envelope, checked.lead.json(), std::move(traceparent));
  prepared.answer = Answer(envelope);
  return prepared;
}

}  // namespace leadrelay::ingest
