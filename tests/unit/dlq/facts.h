#pragma once
// Invented messages for the ledger's tests.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "services/dlq/ledger/entry.h"

namespace leadrelay::test {

inline absl::Time At(int second) {
  return absl::FromUnixSeconds(1'790'000'000 + second);
}

inline dlq::AcceptedLead Accepted(std::string lead_id, std::vector<std::string> destinations) {
  dlq::AcceptedLead lead;
  lead.envelope = absl::StrCat("{\"lead_id\":\"", lead_id, "\"}");
  lead.lead_id = std::move(lead_id);
  lead.publisher = "shop";
  lead.accepted_at = At(0);
  lead.destinations = std::move(destinations);
  return lead;
}

inline lead::Attempt Attempt(int number, std::string verdict, int status) {
  lead::Attempt attempt;
  attempt.number = number;
  attempt.at = At(10 * number);
  attempt.took = absl::Milliseconds(120);
  attempt.verdict = std::move(verdict);
  attempt.reason = absl::StrCat("HTTP ", status);
  attempt.status = status;
  return attempt;
}

inline lead::OutcomeEvent Retrying(std::string lead_id, std::string destination, int attempts) {
  lead::OutcomeEvent event;
  event.kind = lead::OutcomeEvent::Kind::kRetrying;
  event.lead_id = std::move(lead_id);
  event.destination = std::move(destination);
  event.at = At(10 * attempts + 1);
  event.attempts = attempts;
  event.reason = "HTTP 503";
  event.next_at = At(10 * attempts + 60);
  event.history = {Attempt(attempts, "retry", 503)};
  return event;
}

inline lead::OutcomeEvent Delivered(std::string lead_id,
                                    std::string destination,
                                    std::string replay_id = "") {
  lead::OutcomeEvent event;
  event.lead_id = std::move(lead_id);
  event.destination = std::move(destination);
  event.at = At(200);
  event.attempts = 1;
  event.remote_id = "crm-101";
  event.effect = "created";
  event.next_at = absl::InfinitePast();
  event.replay_id = std::move(replay_id);
  event.history = {Attempt(1, "delivered", 201)};
  return event;
}

inline lead::OutcomeEvent Suppressed(std::string lead_id, std::string destination) {
  lead::OutcomeEvent event;
  event.kind = lead::OutcomeEvent::Kind::kSuppressed;
  event.lead_id = std::move(lead_id);
  event.destination = std::move(destination);
  event.at = At(5);
  event.reason = "no consent";
  event.next_at = absl::InfinitePast();
  return event;
}

inline lead::DeadLetter Dead(std::string lead_id,
                             std::string destination,
                             std::string replay_id = "") {
  lead::DeadLetter letter;
  letter.body = absl::StrCat("{\"lead_id\":\"", lead_id, "\"}");
  letter.lead_id = std::move(lead_id);
  letter.destination = std::move(destination);
  letter.at = At(100);
  letter.cause = "rejected";
  letter.reason = "HTTP 400: property \"plan\" does not exist";
  letter.remedy = "create the property or take it out of the mapping";
  letter.status = 400;
  letter.state.attempts = 1;
  letter.state.not_before = absl::InfinitePast();
  letter.state.history = {Attempt(1, "rejected", 400)};
  letter.state.progress = "{\"contact_id\":\"7\"}";
  letter.state.unknown = true;
  letter.state.replay_id = std::move(replay_id);
  letter.state.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  return letter;
}

}  // namespace leadrelay::test
