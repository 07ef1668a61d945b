#include "services/dlq/inspect/timeline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/dlq/mark/message.h"

namespace leadrelay::dlq {
namespace {

TimelineEvent Event(absl::Time at, std::string destination, std::string event, std::string text) {
  TimelineEvent result;
  result.at = at;
  result.destination = std::move(destination);
  result.event = std::move(event);
  result.text = std::move(text);
  return result;
}

std::string Joined(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  return absl::StrCat(a, ": ", b);
}

TimelineEvent OfAttempt(const AttemptRecord& record) {
  const lead::Attempt& attempt = record.attempt;
  TimelineEvent event =
      Event(attempt.at, record.destination, "attempt", Joined(attempt.verdict, attempt.reason));
  event.attempt = attempt.number;
  event.status = attempt.status;
  event.took = attempt.took;
  event.replay_id = record.replay_id;
  return event;
}

// What the attempts and dead letters do not say.
void AddState(const NamedDelivery& delivery, std::vector<TimelineEvent>& events) {
  const DeliveryRecord& record = delivery.record;
  TimelineEvent event = Event(record.since, delivery.destination, "", record.reason);
  event.replay_id = record.replay_id;
  switch (record.state) {
    case State::kDelivered:
      event.event = "delivered";
      event.text = Joined(record.effect, record.remote_id);
      break;
    case State::kSuppressed:
      event.event = "suppressed";
      break;
    case State::kRetrying:
      event.event = "retrying";
      if (record.next_at != absl::InfinitePast()) {
        event.text = absl::StrCat(
            "not before ",
            absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", record.next_at, absl::UTCTimeZone()));
      }
      break;
    case State::kNone:
    case State::kInFlight:
    case State::kDead:
    case State::kDiscarded:
      return;
  }
  events.push_back(std::move(event));
}

void AddLetter(const DeadLetterRecord& letter, std::vector<TimelineEvent>& events) {
  TimelineEvent died =
      Event(letter.at, letter.destination, "dead letter", Joined(letter.cause, letter.reason));
  died.replay_id = letter.replay_id;
  died.dead_letter = letter.id;
  died.status = letter.status;
  events.push_back(std::move(died));
  if (letter.resolved_at == absl::InfinitePast()) return;
  TimelineEvent resolved =
      Event(letter.resolved_at, letter.destination, "resolved", letter.resolution);
  resolved.dead_letter = letter.id;
  events.push_back(std::move(resolved));
}

void AddReplay(const ReplayItemRecord& item, std::vector<TimelineEvent>& events) {
  const auto add = [&](absl::Time at, const char* name, const std::string& text) {
    if (at == absl::InfinitePast()) return;
    TimelineEvent event = Event(at, item.destination, name, text);
    event.replay_id = item.replay_id;
    event.dead_letter = item.dead_letter;
    events.push_back(std::move(event));
  };
  add(item.created_at, "replay ordered", "");
  add(item.published_at, "replay sent", "");
  add(item.ended_at, "replay ended", Joined(item.state, item.reason));
}

void AddMark(const MarkRecord& mark,
             const std::string& lead_id,
             std::vector<TimelineEvent>& events) {
  events.push_back(Event(mark.due_at, mark.destination, "mark due", "the others have the lead"));
  if (mark.published_at == absl::InfinitePast()) return;
  events.push_back(Event(mark.published_at,
                         mark.destination,
                         "mark sent",
                         absl::StrCat("as ", MarkId(lead_id, mark.destination))));
}

}  // namespace

std::vector<TimelineEvent> BuildTimeline(const LeadRecord& lead) {
  std::vector<TimelineEvent> events;
  if (lead.accepted_at != absl::InfinitePast()) {
    const bool one = lead.deliveries.size() == 1;
    events.push_back(Event(lead.accepted_at,
                           "",
                           "accepted",
                           absl::StrCat("from ",
                                        lead.publisher,
                                        " for ",
                                        lead.deliveries.size(),
                                        one ? " destination" : " destinations")));
  }
  for (const AttemptRecord& attempt : lead.attempts) events.push_back(OfAttempt(attempt));
  for (const NamedDelivery& delivery : lead.deliveries) AddState(delivery, events);
  for (const DeadLetterRecord& letter : lead.dead_letters) AddLetter(letter, events);
  for (const ReplayItemRecord& item : lead.replays) AddReplay(item, events);
  for (const MarkRecord& mark : lead.marks) AddMark(mark, lead.lead_id, events);
  std::stable_sort(
      events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return events;
}

}  // namespace leadrelay::dlq
