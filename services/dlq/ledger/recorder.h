#pragma once
// Recorder: writes what messages tell into the tables.  A batch is one transaction, and recording
// the same entry again changes nothing.

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/dlq/ledger/delivery_rows.h"
#include "services/dlq/ledger/entry.h"
#include "services/dlq/ledger/marks.h"

namespace leadrelay::dlq {

class Recorder {
 public:
  Recorder(Database& database, DeliveryRows& rows, Marks& marks);

  // OK: all of it is durable.  The errors are Database::error()'s; nothing was written.
  absl::Status Record(const std::vector<Entry>& entries, absl::Time now);

 private:
  void Add(const AcceptedLead& lead);
  void Add(const lead::OutcomeEvent& event);
  void Add(const lead::DeadLetter& letter);
  void Accept(int64_t lead,
              const std::string& destination,
              bool is_new,
              const std::vector<Fact>& facts);
  void AddAttempts(int64_t lead,
                   const std::string& destination,
                   const std::string& replay_id,
                   const std::vector<lead::Attempt>& attempts);
  bool InsertLetter(const std::string& lead_id, const lead::DeadLetter& letter);
  // The delivery is over: so are its dead letters and its outstanding replay.
  void Conclude(const lead::OutcomeEvent& event, const DeliveryRecord& now);
  void EndReplays(absl::Time now);

  Database& database_;
  DeliveryRows& rows_;
  Marks& marks_;
  std::vector<int64_t> touched_replays_;
  Statement add_lead_;
  Statement complete_lead_;
  Statement attempt_;
  Statement insert_letter_;
  Statement improve_letter_;
  Statement resolve_letters_;
  Statement end_items_;
  Statement end_item_dead_;
  Statement end_replay_;
};

}  // namespace leadrelay::dlq
