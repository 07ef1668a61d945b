#pragma once
// Orders: what operators decide about dead letters.  Each call is one transaction; its errors are
// Database::error()'s, and those that it names.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/dlq/ledger/delivery_rows.h"
#include "services/dlq/ledger/records.h"
#include "services/dlq/ledger/selection.h"

namespace leadrelay::dlq {

class Orders {
 public:
  Orders(Database& database, DeliveryRows& rows);

  // Dead letters that are open and chosen become discarded; how many.  Those being replayed, or
  // resolved, are left alone.
  absl::StatusOr<int64_t> Discard(const Selection& selection,
                                  const std::string& note,
                                  absl::Time now);

  // Changes nothing.
  absl::StatusOr<ReplayPlan> Plan(const Selection& selection,
                                  const std::set<std::string>& destinations);

  struct Replay {
    int64_t number = 0;
    std::string replay_id;
    ReplayPlan plan;
  };
  // The replay and its items, as one.  FailedPrecondition: nothing of the selection can be
  // replayed; the plan's words say why.
  absl::StatusOr<Replay> Create(const Selection& selection,
                                const std::string& selection_json,
                                double per_second,
                                const std::set<std::string>& destinations,
                                const std::string& replay_id,
                                absl::Time now);

  // NotFound: no such replay.  FailedPrecondition: it has ended, so there is nothing to do.
  absl::Status Pause(const std::string& replay_id);
  absl::Status Resume(const std::string& replay_id);
  // What is not sent yet stays dead.  With `abandon`, what was sent and has not been heard of since
  // is given up too, and waits for an operator again.
  absl::Status Cancel(const std::string& replay_id, bool abandon, absl::Time now);

 private:
  struct Found {
    int64_t number = 0;
    std::string state;
    bool finished = false;
  };
  absl::Status SetState(const std::string& replay_id, const char* from, const char* to);
  Found Find(const std::string& replay_id);
  ReplayPlan ReadPlan(const Selection& selection, const std::set<std::string>& destinations);
  void Abandon(int64_t replay, const std::string& replay_id, absl::Time now);

  Database& database_;
  DeliveryRows& rows_;
};

}  // namespace leadrelay::dlq
