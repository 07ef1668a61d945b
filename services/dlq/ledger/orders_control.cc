// The part of Orders that controls replays which exist.

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/orders.h"
#include "services/dlq/ledger/replay_end.h"

namespace leadrelay::dlq {
namespace {

absl::Status NoSuchReplay(const std::string& replay_id) {
  return absl::NotFoundError(absl::StrCat("there is no replay ", replay_id));
}

}  // namespace

Orders::Found Orders::Find(const std::string& replay_id) {
  Statement find(database_, "SELECT number, state, finished_at FROM replays WHERE replay_id = ?1");
  Cursor cursor = find.Query(replay_id);
  if (!cursor.Next()) return {};
  return {cursor.Int(0), cursor.Text(1), !cursor.IsNull(2)};
}

absl::Status Orders::SetState(const std::string& replay_id, const char* from, const char* to) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  const Found found = Find(replay_id);
  Statement set(database_, "UPDATE replays SET state = ?2 WHERE number = ?1 AND state = ?3");
  set.Execute(found.number, to, from);
  absl::Status committed = transaction.Commit();
  if (!committed.ok()) return committed;
  if (found.number == 0) return NoSuchReplay(replay_id);
  if (found.state != from && found.state != to) {
    return absl::FailedPreconditionError(
        absl::StrCat("replay ", replay_id, " is ", found.state, " already"));
  }
  return absl::OkStatus();
}

absl::Status Orders::Pause(const std::string& replay_id) {
  return SetState(replay_id, "running", "paused");
}

absl::Status Orders::Resume(const std::string& replay_id) {
  return SetState(replay_id, "paused", "running");
}

absl::Status Orders::Cancel(const std::string& replay_id, bool abandon, absl::Time now) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  const Found found = Find(replay_id);
  const bool over = found.finished || found.state == "done";
  if (found.number != 0 && !over) {
    Statement reopen(database_,
                     "UPDATE dead_letters SET state = 'open' WHERE state = 'replaying' AND id IN"
                     " (SELECT dead_letter FROM replay_items WHERE replay = ?1"
                     " AND state = 'pending')");
    reopen.Execute(found.number);
    Statement cancel(database_,
                     "UPDATE replay_items SET state = 'cancelled', ended_at = ?2"
                     " WHERE replay = ?1 AND state = 'pending'");
    cancel.Execute(found.number, now);
    if (abandon) Abandon(found.number, replay_id, now);
    Statement mark(database_, "UPDATE replays SET state = 'cancelled' WHERE number = ?1");
    mark.Execute(found.number);
    Statement end(database_, kEndReplaySql);
    end.Execute(found.number, now);
  }
  rows_.SaveBooks();
  absl::Status committed = transaction.Commit();
  if (!committed.ok()) {
    rows_.DropBooks();
    return committed;
  }
  if (found.number == 0) return NoSuchReplay(replay_id);
  if (over) {
    return absl::FailedPreconditionError(
        absl::StrCat("replay ", replay_id, " is ", found.state, " already"));
  }
  return absl::OkStatus();
}

void Orders::Abandon(int64_t replay, const std::string& replay_id, absl::Time now) {
  struct Row {
    int64_t lead;
    std::string destination;
    std::string reason;
    int attempts;
  };
  std::vector<Row> rows;
  {
    Statement sent(database_,
                   "SELECT l.number, i.destination, d.reason, d.attempts FROM replay_items i"
                   " JOIN leads l ON l.lead_id = i.lead_id"
                   " JOIN dead_letters d ON d.id = i.dead_letter"
                   " WHERE i.replay = ?1 AND i.state IN ('sending', 'published')");
    Cursor cursor = sent.Query(replay);
    while (cursor.Next()) {
      rows.push_back(
          {cursor.Int(0), cursor.Text(1), cursor.Text(2), static_cast<int>(cursor.Int(3))});
    }
  }
  for (const Row& row : rows) {
    Fact fact;
    fact.kind = Fact::Kind::kReplayReturned;
    fact.at = now;
    fact.replay_id = replay_id;
    fact.attempts = row.attempts;
    fact.reason = row.reason;
    rows_.Apply(row.lead, row.destination, fact);
  }
  Statement reopen(database_,
                   "UPDATE dead_letters SET state = 'open' WHERE state = 'replaying' AND id IN"
                   " (SELECT dead_letter FROM replay_items WHERE replay = ?1"
                   " AND state IN ('sending', 'published'))");
  reopen.Execute(replay);
  Statement give_up(database_,
                    "UPDATE replay_items SET state = 'failed', reason = 'given up by an operator',"
                    " ended_at = ?2 WHERE replay = ?1 AND state IN ('sending', 'published')");
  give_up.Execute(replay, now);
}

}  // namespace leadrelay::dlq
