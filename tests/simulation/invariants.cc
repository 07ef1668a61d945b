#include "tests/simulation/invariants.h"

#include <algorithm>

#include "absl/strings/str_split.h"

#include "common/lead/envelope.h"
#include "common/lead/events.h"
#include "common/lead/topology.h"

namespace leadrelay::simulation {
namespace {

// Until those who were let through before have left: a lease with its slack, and a handshake.
constexpr absl::Duration kStillOnTheWay = absl::Seconds(1);

std::string IdOf(const amqp::Delivery& delivery) {
  return lead::DeliveryId(delivery.message.message_id, lead::DestinationOf(delivery.queue));
}

// "15s.deliver.hubspot" -> "hubspot"
std::string DestinationOfKey(const std::string& routing_key) {
  return lead::DestinationOf(routing_key.substr(routing_key.find('.') + 1));
}

}  // namespace

void Invariants::Stored(const std::string& queue, const amqp::Message& message) {
  if (queue.starts_with("delay.")) {
    const std::string destination = DestinationOfKey(message.routing_key);
    const std::string id = lead::DeliveryId(message.message_id, destination);
    ++replaced_[id];
    CheckAttempts(
        id, *config_.FindDestination(destination), lead::DeliveryState::Read(message), true);
  } else if (queue == lead::kDeadQueue && message.type == lead::kDeadLetterType) {
    const absl::StatusOr<lead::DeadLetter> letter = lead::DeadLetter::Parse(message.body);
    if (!letter.ok()) {
      journal_.Violate("a dead letter cannot be read");
      return;
    }
    // Of what could not be read, nobody knows the lead.
    const std::string lead_id = letter->lead_id.empty() ? "unreadable" : letter->lead_id;
    const std::string id = lead::DeliveryId(lead_id, letter->destination);
    ++replaced_[id];
    CheckAttempts(id, *config_.FindDestination(letter->destination), letter->state, false);
    const auto steps = config_.FindDestination(letter->destination)->retry.ladder.size();
    if (letter->cause == "exhausted" && letter->state.attempts != static_cast<int>(steps) + 1) {
      journal_.Violate(id, " is exhausted after ", letter->state.attempts, " attempts");
    }
  } else if (queue == lead::kLedgerQueue && message.type == lead::kOutcomesType) {
    const absl::StatusOr<std::vector<lead::OutcomeEvent>> events =
        lead::ParseOutcomes(message.body);
    if (!events.ok()) {
      journal_.Violate("outcome events cannot be read");
      return;
    }
    for (const lead::OutcomeEvent& event : *events) {
      if (event.kind == lead::OutcomeEvent::Kind::kRetrying) continue;
      ++replaced_[lead::DeliveryId(event.lead_id, event.destination)];
    }
  }
}

// Of a destination with a breaker, the trial of a breaker that is open does not count.
void Invariants::CheckAttempts(const std::string& delivery_id,
                               const config::Destination& destination,
                               const lead::DeliveryState& state,
                               bool goes_on) {
  if (goes_on && state.attempts > static_cast<int>(destination.retry.ladder.size())) {
    journal_.Violate(delivery_id, " goes on after ", state.attempts, " attempts");
  }
  int before = 0;
  for (const lead::Attempt& attempt : state.history) {
    const bool counts = attempt.verdict != "throttled" && attempt.verdict != "unauthorized";
    const bool may_be_trial = destination.breaker.failures > 0 &&
                              (attempt.verdict == "retry" || attempt.verdict == "unknown");
    const int more = attempt.number - before;
    before = attempt.number;
    if (&attempt == &state.history.front() && state.history.size() == lead::kMaxHistory) continue;
    if (more == (counts ? 1 : 0) || (may_be_trial && more == 0)) continue;
    journal_.Violate(delivery_id, ": an attempt that was ", attempt.verdict, " counts ", more);
  }
  if (!state.history.empty() && before != state.attempts) {
    journal_.Violate(delivery_id, ": its history does not end with its attempts");
  }
}

void Invariants::Received(const Host& host, const amqp::Delivery& delivery) {
  const int64_t due = delivery.message.IntHeader("lr-not-before", 0);
  const auto [entry, is_new] = due_.emplace(std::pair(&host, IdOf(delivery)), due);
  if (!is_new) entry->second = std::min(entry->second, due);
}

void Invariants::Acknowledged(const amqp::Delivery& delivery) {
  const std::string id = IdOf(delivery);
  if (++acknowledged_[id] > replaced_[id]) {
    journal_.Violate(id, " is acknowledged before what replaces it is stored");
  }
}

void Invariants::CheckDue(Host& host, const std::string& delivery_id) {
  const auto due = due_.find(std::pair<const Host*, std::string>(&host, delivery_id));
  if (due == due_.end()) {
    journal_.Violate(host.name(), " sends ", delivery_id, ", which it never got");
  } else if (clocks_agree_ && due->second > absl::ToUnixMillis(host.clock().Now())) {
    journal_.Violate(host.name(), " sends ", delivery_id, " before it is due");
  }
}

void Invariants::Leaves(Host& host,
                        const std::string& destination,
                        const std::string& delivery_ids) {
  for (const absl::string_view id : absl::StrSplit(delivery_ids, ' ', absl::SkipEmpty())) {
    CheckDue(host, std::string(id));
  }
  const auto pause = pauses_.find(destination);
  if (pause == pauses_.end()) return;
  if (agenda_.now() > pause->second.from && agenda_.now() < pause->second.until) {
    journal_.Violate(host.name(), " sends to ", destination, " during its Retry-After");
  }
}

void Invariants::Throttled(const std::string& destination, absl::Duration pause) {
  const absl::Duration until = agenda_.now() + pause;
  Pause& known = pauses_[destination];
  if (known.until > agenda_.now()) {
    known.until = std::max(known.until, until);
  } else {
    known = {agenda_.now() + kStillOnTheWay, until};
  }
}

}  // namespace leadrelay::simulation
