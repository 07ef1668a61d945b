#include "services/dlq/collect/interpret.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/lead/lead_message.h"
#include "common/lead/topology.h"
#include "common/status/abseil.h"

namespace leadrelay::dlq {
namespace {

// The newest death says where the message was given up; the first one may have been the end of a
// delay.
std::string_view Death(const amqp::Message& message, const char* newest, const char* first) {
  const std::string_view text = message.Header(newest);
  return text.empty() ? message.Header(first) : text;
}

std::string_view DeathReason(const amqp::Message& message) {
  return Death(message, "x-last-death-reason", "x-first-death-reason");
}

std::string DestinationOf(const amqp::Message& message) {
  return lead::DestinationOf(Death(message, "x-last-death-queue", "x-first-death-queue"));
}

Entry Accepted(lead::Envelope envelope, std::string body) {
  AcceptedLead lead;
  lead.lead_id = std::move(envelope.lead_id);
  lead.publisher = std::move(envelope.publisher);
  lead.accepted_at = envelope.accepted_at;
  lead.destinations = std::move(envelope.destinations);
  lead.suppressed = std::move(envelope.suppressed);
  lead.operation = envelope.lead.root().Find("operation").StringOr("");
  lead.envelope = std::move(body);
  return lead;
}

Entry Crashed(const amqp::Message& message, lead::Envelope envelope, absl::Time now) {
  lead::DeadLetter letter;
  letter.lead_id = std::move(envelope.lead_id);
  letter.destination = DestinationOf(message);
  letter.at = now;
  letter.cause = "crashed";
  letter.reason = absl::StrCat("handed to delivery again and again without an answer (",
                               std::string(DeathReason(message)),
                               ")");
  letter.remedy =
      "delivery's log says what it did when it got this lead; mend that, then replay it";
  letter.state = lead::DeliveryState::Read(message);
  letter.state.unknown = true;  // Whatever ended the process may have come after the request.
  letter.body = message.body;
  return letter;
}

std::vector<Entry> ReadLead(const amqp::Message& message, absl::Time now) {
  absl::StatusOr<lead::Envelope> envelope = lead::Envelope::Parse(message.body);
  if (!envelope.ok()) {
    return {Unreadable(message, std::string(ToStd(envelope.status().message())), now)};
  }
  const bool crashed = !DeathReason(message).empty();
  return {crashed ? Crashed(message, *std::move(envelope), now)
                  : Accepted(*std::move(envelope), message.body)};
}

std::vector<Entry> ReadLeads(const amqp::Message& message, absl::Time now) {
  std::vector<Entry> entries;
  for (const std::string_view body : lead::BodiesIn(message.body)) {
    absl::StatusOr<lead::Envelope> envelope = lead::Envelope::Parse(body);
    if (envelope.ok()) {
      entries.push_back(Accepted(*std::move(envelope), std::string(body)));
      continue;
    }
    lead::DeadLetter unread =
        Unreadable(message, std::string(ToStd(envelope.status().message())), now);
    unread.body = std::string(body);
    entries.emplace_back(std::move(unread));
  }
  if (entries.empty()) entries.emplace_back(Unreadable(message, "it has no lead", now));
  return entries;
}

std::vector<Entry> ReadOutcomes(const amqp::Message& message, absl::Time now) {
  absl::StatusOr<std::vector<lead::OutcomeEvent>> events = lead::ParseOutcomes(message.body);
  if (!events.ok())
    return {Unreadable(message, std::string(ToStd(events.status().message())), now)};
  return {std::make_move_iterator(events->begin()), std::make_move_iterator(events->end())};
}

std::vector<Entry> ReadDeadLetter(const amqp::Message& message, absl::Time now) {
  absl::StatusOr<lead::DeadLetter> letter = lead::DeadLetter::Parse(message.body);
  if (!letter.ok())
    return {Unreadable(message, std::string(ToStd(letter.status().message())), now)};
  return {*std::move(letter)};
}

}  // namespace

std::vector<Entry> Interpret(const amqp::Message& message, absl::Time now) {
  if (message.type == lead::kAcceptedType) return ReadLead(message, now);
  if (message.type == lead::kAcceptedManyType) return ReadLeads(message, now);
  if (message.type == lead::kOutcomesType) return ReadOutcomes(message, now);
  if (message.type == lead::kDeadLetterType) return ReadDeadLetter(message, now);
  return {
      Unreadable(message,
                 message.type.empty() ? "it has no type" : "its type is none that the ledger knows",
                 now)};
}

lead::DeadLetter Unreadable(const amqp::Message& message, const std::string& why, absl::Time now) {
  lead::DeadLetter letter;
  letter.destination = DestinationOf(message);
  letter.at = now;
  letter.cause = "unreadable";
  letter.reason = absl::StrCat("the ledger cannot read this message: ", why);
  letter.remedy = "find out who publishes such messages; discard it when it is no lead";
  letter.body = message.body;
  return letter;
}

}  // namespace leadrelay::dlq
