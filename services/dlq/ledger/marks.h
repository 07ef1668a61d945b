#pragma once
// Marks: the destinations with mark_synced that have to be told of a lead, on their way to the
// broker.
//
//   (Recorder) ──AddDue──▶ waiting ──Advance──▶ published
//
// A mark is written in the transaction that makes it due (due_marks.h), and settled after the
// broker's confirm: after a crash in between it is published again, with the same id and the same
// bytes, and everything downstream absorbs the copy.  There is one for each lead and destination,
// whatever order the messages come in and however often.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/dlq/ledger/records.h"
#include "services/dlq/ledger/sqlite.h"

namespace leadrelay::dlq {

class Marks {
 public:
  // `destinations`: those with mark_synced.  Marks for others, from an earlier configuration, wait.
  Marks(Database& database, std::set<std::string> destinations);

  // The Recorder's, within its transaction.  Notes that a delivery of the lead has come to its end,
  // or the lead's acceptance after one had; nothing without destinations.
  void Touch(int64_t lead);
  // Writes what has become due by that.
  void AddDue(absl::Time now);
  void EndTransaction(bool committed);

  // Settles what the broker has confirmed, then reads the next of those that wait, oldest lead
  // first.  Empty: there is nothing to publish now.
  absl::StatusOr<std::vector<DueMark>> Advance(const std::vector<DueMark>& confirmed,
                                               int limit,
                                               absl::Time now);

  int64_t CountWaiting();
  // By how much CountWaiting() has changed since the last call.
  int64_t TakeChange();

 private:
  std::vector<std::string> DueAt(int64_t lead);
  std::vector<DueMark> ReadWaiting(int limit);

  Database& database_;
  const std::set<std::string> destinations_;
  std::vector<int64_t> touched_;
  int64_t added_ = 0;   // By the transaction at hand.
  int64_t change_ = 0;  // By those that were committed.
  Statement states_;
  Statement add_;
};

}  // namespace leadrelay::dlq
