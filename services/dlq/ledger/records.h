#pragma once
// What the ledger's queries answer.  Values.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/lead/envelope.h"
#include "services/dlq/ledger/transition.h"

namespace leadrelay::dlq {

struct DeadLetterRecord {
  int64_t id = 0;
  std::string lead_id;      // "unreadable-..." when the message did not tell.
  std::string destination;  // Empty when nobody knows.
  std::string replay_id;    // The replay that it died in; empty: the first run.
  absl::Time at;
  std::string cause;
  std::string reason;
  std::string group;  // ReasonGroup(reason)
  std::string remedy;
  int status = 0;
  int attempts = 0;
  std::string state;       // "open", "replaying", "resolved"
  std::string resolution;  // Resolved: how, in words.
  absl::Time resolved_at = absl::InfinitePast();

  // What a replay sends.  Only read where one letter is asked for.
  std::string body;
  std::string progress;
  bool unknown = false;
  std::string traceparent;
  friend bool operator==(const DeadLetterRecord&, const DeadLetterRecord&) = default;
};

// Dead letters with the same trouble, not resolved yet.
struct DeadLetterGroup {
  std::string destination;
  std::string cause;
  std::string group;
  int64_t count = 0;
  int64_t replaying = 0;  // Of these.
  absl::Time first_at;
  absl::Time last_at;
  int64_t newest_id = 0;
  std::string remedy;  // Of the newest.
  friend bool operator==(const DeadLetterGroup&, const DeadLetterGroup&) = default;
};

struct AttemptRecord {
  std::string destination;
  std::string replay_id;
  lead::Attempt attempt;
  friend bool operator==(const AttemptRecord&, const AttemptRecord&) = default;
};

// One dead letter's part in one replay.
struct ReplayItemRecord {
  std::string replay_id;
  int64_t dead_letter = 0;
  std::string destination;
  std::string state;
  std::string reason;
  absl::Time created_at;
  absl::Time published_at = absl::InfinitePast();
  absl::Time ended_at = absl::InfinitePast();
  friend bool operator==(const ReplayItemRecord&, const ReplayItemRecord&) = default;
};

struct NamedDelivery {
  std::string destination;
  DeliveryRecord record;
  friend bool operator==(const NamedDelivery&, const NamedDelivery&) = default;
};

// A destination with mark_synced that was told of the lead, or is to be.
struct MarkRecord {
  std::string destination;
  absl::Time due_at;
  absl::Time published_at = absl::InfinitePast();
  friend bool operator==(const MarkRecord&, const MarkRecord&) = default;
};

// All that is known of one lead.
struct LeadRecord {
  std::string lead_id;
  std::string publisher;
  absl::Time accepted_at = absl::InfinitePast();  // InfinitePast: known from outcomes only.
  std::string envelope;
  std::vector<NamedDelivery> deliveries;
  std::vector<AttemptRecord> attempts;
  std::vector<DeadLetterRecord> dead_letters;  // Without their bodies.
  std::vector<ReplayItemRecord> replays;
  std::vector<MarkRecord> marks;
  friend bool operator==(const LeadRecord&, const LeadRecord&) = default;
};

struct ReplayRecord {
  int64_t number = 0;
  std::string replay_id;
  absl::Time created_at;
  absl::Time finished_at = absl::InfinitePast();
  std::string selection;  // JSON, as asked for.
  std::string state;      // "running", "paused", "cancelled", "done"
  double per_second = 0;
  int64_t skipped = 0;  // Chosen, but already being replayed or not replayable.

  // Items by state.
  int64_t pending = 0;
  int64_t sending = 0;
  int64_t published = 0;  // In a destination's queue, or being retried there.
  int64_t delivered = 0;
  int64_t suppressed = 0;
  int64_t dead = 0;  // Dead again.
  int64_t failed = 0;
  int64_t cancelled = 0;
  int64_t total() const {
    return pending + sending + published + delivered + suppressed + dead + failed + cancelled;
  }
  friend bool operator==(const ReplayRecord&, const ReplayRecord&) = default;
};

// What a replay of a selection would do.
struct ReplayPlan {
  int64_t matching = 0;
  std::map<std::string, int64_t> replayable;  // By destination.
  int64_t already_replaying = 0;
  int64_t already_resolved = 0;
  int64_t unreadable = 0;      // Not a lead, or nobody knows whose: it cannot be sent anywhere.
  int64_t not_configured = 0;  // The destination is not in the configuration any more.
  int64_t total() const {
    int64_t sum = 0;
    for (const auto& [destination, count] : replayable) sum += count;
    return sum;
  }
  friend bool operator==(const ReplayPlan&, const ReplayPlan&) = default;
};

// An item of a replay on its way to the broker.
struct OutboxItem {
  int64_t dead_letter = 0;
  std::string lead_id;
  std::string destination;
  std::string body;
  std::string progress;
  bool unknown = false;
  std::string traceparent;
};

// A lead that a destination with mark_synced is to be told of.
struct DueMark {
  int64_t lead = 0;  // Its row number.
  std::string lead_id;
  std::string publisher;
  std::string destination;
  absl::Time due_at;
  bool consent_given = false;
  friend bool operator==(const DueMark&, const DueMark&) = default;
};

}  // namespace leadrelay::dlq
