#include "common/lead/envelope.h"

#include "absl/strings/str_cat.h"

#include "common/lead/fields.h"
#include "common/lead/times.h"
#include "common/status/abseil.h"

namespace leadrelay::lead {

std::string Envelope::ToJson(std::string_view lead_json) const {
  json::Writer writer;
  writer.StartObject()
      .Member("version", 1)
      .Member("lead_id", lead_id)
      .Member("publisher", publisher)
      .Member("accepted_at", Rfc3339(accepted_at))
      .Key("destinations")
      .StartArray();
  for (const std::string& destination : destinations) writer.String(destination);
  writer.EndArray().Key("suppressed").StartArray();
  for (const Suppression& suppression : suppressed) {
    writer.StartObject()
        .Member("destination", suppression.destination)
        .Member("reason", suppression.reason)
        .EndObject();
  }
  writer.EndArray().Key("lead").Raw(lead_json).EndObject();
  return writer.Take();
}

absl::StatusOr<Envelope> Envelope::Parse(std::string_view body) {
  absl::StatusOr<json::Document> document = json::Document::Parse(body);
  if (!document.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a valid envelope: ", document.status().message()));
  }
  Fields fields(document->root(), "envelope");
  fields.Version(1);
  Envelope envelope;
  envelope.lead_id = fields.Id("lead_id");
  envelope.publisher = fields.Text("publisher");
  envelope.accepted_at = fields.Time("accepted_at");
  for (const json::Value& destination : fields.Array("destinations")) {
    envelope.destinations.push_back(destination.StringOr(""));
    if (envelope.destinations.back().empty()) fields.Fail("destinations", "an array of texts");
  }
  for (const json::Value& value : fields.Array("suppressed")) {
    Fields suppression(value, "suppression");
    envelope.suppressed.push_back(
        Suppression{suppression.Text("destination"), suppression.Text("reason")});
    if (!suppression.status().ok()) fields.Fail("suppressed", "an array of destination and reason");
  }
  envelope.lead = document->Part(fields.Object("lead"));
  if (!fields.status().ok()) return fields.status();
  return envelope;
}

std::string DeliveryId(std::string_view lead_id, std::string_view destination) {
  return absl::StrCat(ToAbsl(lead_id), ":", ToAbsl(destination));
}

}  // namespace leadrelay::lead
