#pragma once
// Reader: the questions that operators ask.  On a connection of its own, so that a long answer does
// not hold up the recording of messages; each answer is of one moment.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/dlq/ledger/books.h"
#include "services/dlq/ledger/records.h"
#include "services/dlq/ledger/selection.h"
#include "services/dlq/ledger/sqlite.h"

namespace leadrelay::dlq {

class Reader {
 public:
  explicit Reader(Database& database) : database_(database) {}

  absl::StatusOr<std::optional<LeadRecord>> Lead(const std::string& lead_id);

  // Newest first, those with an id below `before` (0: from the newest), without what a replay
  // sends. New arrivals do not shift the pages.
  absl::StatusOr<std::vector<DeadLetterRecord>> DeadLetters(const DeadLetterFilter& filter,
                                                            int64_t before,
                                                            int limit);
  // With the body.
  absl::StatusOr<std::optional<DeadLetterRecord>> DeadLetter(int64_t id);

  // The largest first.  Only unresolved letters, whatever filter.state says.
  absl::StatusOr<std::vector<DeadLetterGroup>> Groups(const DeadLetterFilter& filter, int limit);

  // Newest first.
  absl::StatusOr<std::vector<ReplayRecord>> Replays(int64_t before, int limit);
  absl::StatusOr<std::optional<ReplayRecord>> Replay(const std::string& replay_id);
  // The items that failed, with their reasons.
  absl::StatusOr<std::vector<ReplayItemRecord>> FailedItems(int64_t replay, int limit);

 private:
  // What a read answers with: its value, unless the transaction failed.
  template <typename T>
  static absl::StatusOr<T> Answer(Transaction& transaction, T value) {
    absl::Status read = transaction.Commit();
    if (!read.ok()) return read;
    return value;
  }
  std::vector<NamedDelivery> Deliveries(int64_t lead);
  std::vector<AttemptRecord> Attempts(int64_t lead);
  std::vector<MarkRecord> Marks(int64_t lead);
  std::vector<DeadLetterRecord> LettersOf(const std::string& lead_id);
  std::vector<ReplayItemRecord> ReplaysOf(const std::string& lead_id);
  void CountItems(ReplayRecord& replay);

  Database& database_;
};

}  // namespace leadrelay::dlq
