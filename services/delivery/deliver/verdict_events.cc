#include "services/delivery/deliver/verdict_events.h"

#include <utility>

namespace leadrelay::delivery {
namespace {

using Kind = lead::OutcomeEvent::Kind;

lead::OutcomeEvent EventFor(const Item& item, Kind kind, absl::Time at) {
  lead::OutcomeEvent event;
  event.kind = kind;
  event.lead_id = item.envelope.lead_id;
  event.destination = item.destination;
  event.at = at;
  event.attempts = item.state.attempts;
  event.replay_id = item.state.replay_id;
  return event;
}

}  // namespace

lead::OutcomeEvent SuppressedEvent(const Item& item, std::string reason, absl::Time at) {
  lead::OutcomeEvent event = EventFor(item, Kind::kSuppressed, at);
  event.reason = std::move(reason);
  return event;
}

lead::OutcomeEvent AlreadyDoneEvent(const Item& item, std::string remote_id, absl::Time at) {
  lead::OutcomeEvent event = EventFor(item, Kind::kDuplicate, at);
  event.remote_id = std::move(remote_id);
  return event;
}

lead::OutcomeEvent DoneEvent(const Item& item,
                             const Outcome& outcome,
                             const lead::DeliveryState& state,
                             absl::Time at) {
  const bool duplicate = outcome.kind == Outcome::Kind::kDuplicate;
  lead::OutcomeEvent event = EventFor(item, duplicate ? Kind::kDuplicate : Kind::kDelivered, at);
  event.attempts = state.attempts;
  event.remote_id = outcome.remote_id;
  event.effect = outcome.effect;
  event.history = state.history;
  return event;
}

lead::OutcomeEvent RetryingEvent(const Item& item,
                                 const Outcome& outcome,
                                 const lead::DeliveryState& state,
                                 absl::Time next_at,
                                 absl::Time at) {
  lead::OutcomeEvent event = EventFor(item, Kind::kRetrying, at);
  event.attempts = state.attempts;
  event.reason = outcome.reason;
  event.next_at = next_at;
  event.history.push_back(state.history.back());
  return event;
}

lead::DeadLetter LetterOf(const Item& item,
                          const Outcome& outcome,
                          const DeadLetterIt& why,
                          lead::DeliveryState state,
                          absl::Time at) {
  lead::DeadLetter letter;
  letter.lead_id = item.envelope.lead_id;
  letter.destination = item.destination;
  letter.at = at;
  letter.cause = why.cause;
  letter.reason = why.reason;
  letter.remedy = why.remedy;
  letter.status = outcome.status;
  letter.state = std::move(state);
  return letter;
}

}  // namespace leadrelay::delivery
