#pragma once
// Timeline: everything that is known to have happened to a lead, in order.  Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/dlq/ledger/records.h"

namespace leadrelay::dlq {

struct TimelineEvent {
  absl::Time at;
  std::string destination;  // Empty: the lead as a whole.
  // "accepted", "suppressed", "attempt", "retrying", "delivered", "dead letter", "resolved",
  // "replay ordered", "replay sent", "replay ended",
  // "mark due", "mark sent"
  std::string event;
  std::string text;
  int attempt = 0;          // Of an attempt.
  int status = 0;           // Likewise: the HTTP status; 0: no response.
  absl::Duration took;      // Likewise.
  std::string replay_id;    // The round that it is of; empty: the first run.
  int64_t dead_letter = 0;  // The dead letter that it is about.
  friend bool operator==(const TimelineEvent&, const TimelineEvent&) = default;
};

std::vector<TimelineEvent> BuildTimeline(const LeadRecord& lead);

}  // namespace leadrelay::dlq
