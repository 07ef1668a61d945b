#include "services/dlq/inspect/render.h"

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "common/lead/envelope.h"
#include "common/lead/times.h"
#include "services/dlq/inspect/timeline.h"

namespace leadrelay::dlq {
namespace {

void WriteDelivery(json::Writer& writer, const LeadRecord& lead, const NamedDelivery& delivery) {
  const DeliveryRecord& record = delivery.record;
  writer.StartObject()
      .Member("delivery_id", lead::DeliveryId(lead.lead_id, delivery.destination))
      .Member("destination", delivery.destination)
      .Member("state", Name(record.state))
      .Member("attempts", record.attempts);
  WriteText(writer, "remote_id", record.remote_id);
  WriteText(writer, "effect", record.effect);
  WriteText(writer, "reason", record.reason);
  WriteText(writer, "replay_id", record.replay_id);
  WriteTime(writer, "since", record.since);
  WriteTime(writer, "next_at", record.next_at);
  writer.EndObject();
}

void WriteEvent(json::Writer& writer, const TimelineEvent& event) {
  writer.StartObject();
  WriteTime(writer, "at", event.at);
  WriteText(writer, "destination", event.destination);
  writer.Member("event", event.event);
  WriteText(writer, "text", event.text);
  if (event.attempt > 0) {
    writer.Member("attempt", event.attempt)
        .Member("took_ms", absl::ToInt64Milliseconds(event.took));
  }
  if (event.status > 0) writer.Member("status", event.status);
  WriteText(writer, "replay_id", event.replay_id);
  if (event.dead_letter > 0) writer.Member("dead_letter", event.dead_letter);
  writer.EndObject();
}

void WriteLetterMembers(json::Writer& writer, const DeadLetterRecord& letter) {
  writer.Member("id", letter.id).Member("lead_id", letter.lead_id);
  WriteText(writer, "destination", letter.destination);
  WriteTime(writer, "at", letter.at);
  writer.Member("cause", letter.cause)
      .Member("reason", letter.reason)
      .Member("group", letter.group)
      .Member("remedy", letter.remedy)
      .Member("attempts", letter.attempts);
  if (letter.status > 0) writer.Member("status", letter.status);
  writer.Member("state", letter.state);
  WriteText(writer, "replay_id", letter.replay_id);
  WriteText(writer, "resolution", letter.resolution);
  WriteTime(writer, "resolved_at", letter.resolved_at);
}

void WriteBookRow(json::Writer& writer, const BookRow& row) {
  writer.Member("accepted", row.accepted)
      .Member("delivered", row.delivered)
      .Member("suppressed", row.suppressed)
      .Member("dead", row.dead)
      .Member("discarded", row.discarded)
      .Member("in_flight", row.in_flight + row.retrying)
      .Member("retrying", row.retrying)
      .Member("difference", row.difference());
}

}  // namespace

void WriteTime(json::Writer& writer, const char* key, absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return;
  writer.Member(key, lead::Rfc3339(time));
}

void WriteText(json::Writer& writer, const char* key, const std::string& text) {
  if (!text.empty()) writer.Member(key, text);
}

std::string RenderLead(const LeadRecord& lead, bool with_document) {
  json::Writer writer;
  writer.StartObject().Member("lead_id", lead.lead_id);
  WriteText(writer, "publisher", lead.publisher);
  WriteTime(writer, "accepted_at", lead.accepted_at);
  writer.Key("deliveries").StartArray();
  for (const NamedDelivery& delivery : lead.deliveries) WriteDelivery(writer, lead, delivery);
  writer.EndArray().Key("timeline").StartArray();
  for (const TimelineEvent& event : BuildTimeline(lead)) WriteEvent(writer, event);
  writer.EndArray();
  if (with_document) {
    absl::StatusOr<json::Document> envelope = json::Document::Parse(lead.envelope);
    if (envelope.ok()) writer.Member("lead", envelope->root().Find("lead"));
  }
  writer.EndObject();
  return writer.Take();
}

std::string RenderDeadLetters(const std::vector<DeadLetterRecord>& letters, int limit) {
  json::Writer writer;
  writer.StartObject().Key("dead_letters").StartArray();
  for (const DeadLetterRecord& letter : letters) {
    writer.StartObject();
    WriteLetterMembers(writer, letter);
    writer.EndObject();
  }
  writer.EndArray();
  if (std::ssize(letters) == limit) {
    writer.Member("next_cursor", absl::StrCat(letters.back().id));
  }
  writer.EndObject();
  return writer.Take();
}

std::string RenderGroups(const std::vector<DeadLetterGroup>& groups) {
  json::Writer writer;
  writer.StartObject().Key("groups").StartArray();
  for (const DeadLetterGroup& group : groups) {
    writer.StartObject();
    WriteText(writer, "destination", group.destination);
    writer.Member("cause", group.cause)
        .Member("group", group.group)
        .Member("count", group.count)
        .Member("replaying", group.replaying)
        .Member("remedy", group.remedy)
        .Member("newest_id", group.newest_id);
    WriteTime(writer, "first_at", group.first_at);
    WriteTime(writer, "last_at", group.last_at);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take();
}

std::string RenderDeadLetter(const DeadLetterRecord& letter, const LeadRecord& lead) {
  json::Writer writer;
  writer.StartObject();
  WriteLetterMembers(writer, letter);
  WriteText(writer, "publisher", lead.publisher);
  WriteTime(writer, "accepted_at", lead.accepted_at);
  writer.Key("timeline").StartArray();
  for (const TimelineEvent& event : BuildTimeline(lead)) {
    if (event.destination.empty() || event.destination == letter.destination) {
      WriteEvent(writer, event);
    }
  }
  writer.EndArray().Member("unknown", letter.unknown);
  WriteText(writer, "traceparent", letter.traceparent);
  const auto progress = json::Document::Parse(letter.progress);
  if (progress.ok()) writer.Member("progress", progress->root());
  const auto body = json::Document::Parse(letter.body);
  if (body.ok()) {
    writer.Member("body", body->root());
  } else {
    writer.Member("body_base64", crypto::Base64(letter.body));
  }
  writer.EndObject();
  return writer.Take();
}

std::string RenderBooks(const Books& books) {
  json::Writer writer;
  bool balanced = true;
  writer.StartObject().Key("destinations").StartArray();
  for (const auto& [destination, row] : books) {
    writer.StartObject().Member("destination", destination);
    WriteBookRow(writer, row);
    writer.EndObject();
    balanced = balanced && row.difference() == 0;
  }
  writer.EndArray().Member("balanced", balanced).EndObject();
  return writer.Take();
}

std::string RenderDestinations(const std::vector<DestinationView>& destinations) {
  json::Writer writer;
  writer.StartObject().Key("destinations").StartArray();
  for (const DestinationView& view : destinations) {
    writer.StartObject()
        .Member("destination", view.name)
        .Member("configured", !view.connector.empty());
    WriteText(writer, "connector", view.connector);
    writer.Member("state", view.state);
    WriteText(writer, "detail", view.detail);
    WriteTime(writer, "until", view.until);
    writer.Member("consecutive_failures", view.consecutive_failures);
    if (view.waiting.has_value()) writer.Member("waiting", *view.waiting);
    writer.Key("books").StartObject();
    WriteBookRow(writer, view.books);
    writer.EndObject().EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take();
}

}  // namespace leadrelay::dlq
