#include "absl/strings/str_cat.h"

#include "common/lead/events.h"
#include "common/lead/fields.h"
#include "common/lead/history.h"
#include "common/lead/times.h"

namespace leadrelay::lead {
namespace {

using Kind = OutcomeEvent::Kind;

std::optional<Kind> KindOf(std::string_view name) {
  for (const Kind kind : {Kind::kDelivered, Kind::kDuplicate, Kind::kSuppressed, Kind::kRetrying}) {
    if (Name(kind) == name) return kind;
  }
  return std::nullopt;
}

void WriteEvent(json::Writer& writer, const OutcomeEvent& event) {
  writer.StartObject()
      .Member("kind", Name(event.kind))
      .Member("lead_id", event.lead_id)
      .Member("destination", event.destination)
      .Member("at", Rfc3339(event.at))
      .Member("attempts", event.attempts);
  if (!event.remote_id.empty()) writer.Member("remote_id", event.remote_id);
  if (!event.effect.empty()) writer.Member("effect", event.effect);
  if (!event.reason.empty()) writer.Member("reason", event.reason);
  if (event.next_at > absl::InfinitePast()) writer.Member("next_at", Rfc3339(event.next_at));
  if (!event.replay_id.empty()) writer.Member("replay_id", event.replay_id);
  writer.Key("history");
  WriteHistory(writer, event.history);
  writer.EndObject();
}

absl::StatusOr<OutcomeEvent> ReadEvent(const json::Value& value) {
  Fields fields(value, "outcome event");
  OutcomeEvent event;
  const std::optional<Kind> kind = KindOf(fields.Text("kind"));
  if (!kind) fields.Fail("kind", "a known kind");
  event.kind = kind.value_or(Kind::kDelivered);
  event.lead_id = fields.Id("lead_id");
  event.destination = fields.Text("destination");
  event.at = fields.Time("at");
  event.attempts = fields.Int("attempts");
  event.remote_id = fields.OptionalText("remote_id");
  event.effect = fields.OptionalText("effect");
  event.reason = fields.OptionalText("reason");
  event.next_at = fields.OptionalTime("next_at");
  event.replay_id = fields.OptionalText("replay_id");
  const std::vector<json::Value> attempts = fields.Array("history");
  if (!fields.status().ok()) return fields.status();
  absl::StatusOr<std::vector<Attempt>> history = ReadHistory(attempts);
  if (!history.ok()) return history.status();
  event.history = *std::move(history);
  return event;
}

}  // namespace

std::string_view Name(Kind kind) {
  switch (kind) {
    case Kind::kDelivered:
      return "delivered";
    case Kind::kDuplicate:
      return "duplicate";
    case Kind::kSuppressed:
      return "suppressed";
    case Kind::kRetrying:
      return "retrying";
  }
  return "";
}

std::string ToJson(const std::vector<OutcomeEvent>& events) {
  json::Writer writer;
  writer.StartObject().Member("version", 1).Key("events").StartArray();
  for (const OutcomeEvent& event : events) WriteEvent(writer, event);
  return writer.EndArray().EndObject().Take();
}

absl::StatusOr<std::vector<OutcomeEvent>> ParseOutcomes(std::string_view body) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(body);
  if (!document.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no valid outcome events: ", document.status().message()));
  }
  Fields fields(document->root(), "list of outcome events");
  fields.Version(1);
  const std::vector<json::Value> values = fields.Array("events");
  if (!fields.status().ok()) return fields.status();
  std::vector<OutcomeEvent> events;
  events.reserve(values.size());
  for (const json::Value& value : values) {
    absl::StatusOr<OutcomeEvent> event = ReadEvent(value);
    if (!event.ok()) return event.status();
    events.push_back(*std::move(event));
  }
  return events;
}

}  // namespace leadrelay::lead
