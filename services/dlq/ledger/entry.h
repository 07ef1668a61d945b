#pragma once
// Entry: one thing that the ledger is told by a message.  Values.

#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "common/lead/envelope.h"
#include "common/lead/events.h"

namespace leadrelay::dlq {

// An envelope, with its bytes instead of its document.
struct AcceptedLead {
  std::string lead_id;
  std::string publisher;
  absl::Time accepted_at;
  std::vector<std::string> destinations;
  std::vector<lead::Suppression> suppressed;
  std::string envelope;
  std::string operation;  // What is done about a person who may be known; empty: a new lead.
  friend bool operator==(const AcceptedLead&, const AcceptedLead&) = default;
};

using Entry = std::variant<AcceptedLead, lead::OutcomeEvent, lead::DeadLetter>;

}  // namespace leadrelay::dlq
