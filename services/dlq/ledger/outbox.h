#pragma once
// Outbox: the items of the replays, on their way to the broker.
//
//   pending ──Take──▶ sending ──Settle──▶ published ──(Recorder)──▶ delivered | suppressed | dead
//                        │
//                        └──Settle──▶ failed: the dead letter is open again
//
// An item is marked before it is published, so nothing that is out is ever taken for not sent:
// after a crash what stands at "sending" is published again, and the delivery's id absorbs the
// copy.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/dlq/ledger/delivery_rows.h"
#include "services/dlq/ledger/records.h"

namespace leadrelay::dlq {

struct SettledItem {
  int64_t dead_letter = 0;
  std::string failure;  // Empty: the broker has it.
};

class Outbox {
 public:
  Outbox(Database& database, DeliveryRows& rows);

  // Notes what became of the last batch, then takes the next: whatever stands at "sending" (left by
  // a crash, or not mentioned in `settled`), and pending ones while the replay is running; `limit`
  // in all.  Empty: there is nothing to send now.
  absl::StatusOr<std::vector<OutboxItem>> Advance(int64_t replay,
                                                  const std::vector<SettledItem>& settled,
                                                  int limit,
                                                  absl::Time now);

  struct Unfinished {
    int64_t number = 0;
    std::string replay_id;
    double per_second = 0;
  };
  // The replays that have something to send.
  absl::StatusOr<std::vector<Unfinished>> ReadUnfinished();

 private:
  void Settle(int64_t replay,
              const std::string& replay_id,
              const SettledItem& item,
              absl::Time now);
  void Take(int64_t replay, const std::string& replay_id, int limit, absl::Time now);

  Database& database_;
  DeliveryRows& rows_;
};

}  // namespace leadrelay::dlq
