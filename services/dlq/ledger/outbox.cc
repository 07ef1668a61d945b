#include "services/dlq/ledger/outbox.h"

#include <utility>

#include "services/dlq/ledger/replay_end.h"

namespace leadrelay::dlq {

Outbox::Outbox(Database& database, DeliveryRows& rows) : database_(database), rows_(rows) {}

absl::StatusOr<std::vector<OutboxItem>> Outbox::Advance(int64_t replay,
                                                        const std::vector<SettledItem>& settled,
                                                        int limit,
                                                        absl::Time now) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  std::string replay_id;
  bool running = false;
  {
    Statement find(database_, "SELECT replay_id, state FROM replays WHERE number = ?1");
    Cursor cursor = find.Query(replay);
    if (cursor.Next()) {
      replay_id = cursor.Text(0);
      running = cursor.Text(1) == "running";
    }
  }
  for (const SettledItem& item : settled) Settle(replay, replay_id, item, now);
  if (running) Take(replay, replay_id, limit, now);

  std::vector<OutboxItem> items;
  {
    Statement sending(
        database_,
        "SELECT d.id, d.lead_id, d.destination, d.body, d.progress, d.unknown,"
        " d.traceparent FROM replay_items i JOIN dead_letters d ON d.id = i.dead_letter"
        " WHERE i.replay = ?1 AND i.state = 'sending' LIMIT ?2");
    Cursor cursor = sending.Query(replay, limit);
    while (cursor.Next()) {
      items.push_back({cursor.Int(0),
                       cursor.Text(1),
                       cursor.Text(2),
                       cursor.Text(3),
                       cursor.Text(4),
                       cursor.Bool(5),
                       cursor.Text(6)});
    }
  }
  // Items that failed may have been the last ones.
  Statement end(database_, kEndReplaySql);
  end.Execute(replay, now);
  rows_.SaveBooks();
  absl::Status committed = transaction.Commit();
  if (!committed.ok()) {
    rows_.DropBooks();
    return committed;
  }
  return items;
}

void Outbox::Settle(int64_t replay,
                    const std::string& replay_id,
                    const SettledItem& item,
                    absl::Time now) {
  if (item.failure.empty()) {
    // Its outcome may have come first: then the item has ended, and this changes nothing.
    Statement published(database_,
                        "UPDATE replay_items SET state = 'published', published_at = ?3"
                        " WHERE replay = ?1 AND dead_letter = ?2 AND state = 'sending'");
    published.Execute(replay, item.dead_letter, now);
    return;
  }
  Statement failed(database_,
                   "UPDATE replay_items SET state = 'failed', reason = ?3, ended_at = ?4"
                   " WHERE replay = ?1 AND dead_letter = ?2 AND state = 'sending'");
  if (failed.Execute(replay, item.dead_letter, item.failure, now) == 0) return;
  Statement reopen(database_,
                   "UPDATE dead_letters SET state = 'open' WHERE id = ?1 AND state = 'replaying'"
                   " RETURNING lead_id, destination, reason, attempts");
  Fact fact;
  fact.kind = Fact::Kind::kReplayReturned;
  fact.at = now;
  fact.replay_id = replay_id;
  std::string lead_id;
  std::string destination;
  {
    Cursor cursor = reopen.Query(item.dead_letter);
    if (!cursor.Next()) return;
    lead_id = cursor.Text(0);
    destination = cursor.Text(1);
    fact.reason = cursor.Text(2);
    fact.attempts = static_cast<int>(cursor.Int(3));
  }
  rows_.Apply(rows_.LeadNumber(lead_id), destination, fact);
}

void Outbox::Take(int64_t replay, const std::string& replay_id, int limit, absl::Time now) {
  struct Row {
    std::string lead_id;
    std::string destination;
  };
  std::vector<Row> rows;
  {
    Statement take(database_,
                   "UPDATE replay_items SET state = 'sending' WHERE replay = ?1 AND dead_letter IN"
                   " (SELECT dead_letter FROM replay_items WHERE replay = ?1 AND state = 'pending'"
                   " ORDER BY dead_letter LIMIT max(0, ?2 - (SELECT count(*) FROM replay_items"
                   " WHERE replay = ?1 AND state = 'sending')))"
                   " RETURNING lead_id, destination");
    Cursor cursor = take.Query(replay, limit);
    while (cursor.Next()) rows.push_back({cursor.Text(0), cursor.Text(1)});
  }
  for (const Row& row : rows) {
    Fact fact;
    fact.kind = Fact::Kind::kReplaySent;
    fact.at = now;
    fact.replay_id = replay_id;
    rows_.Apply(rows_.LeadNumber(row.lead_id), row.destination, fact);
  }
}

absl::StatusOr<std::vector<Outbox::Unfinished>> Outbox::ReadUnfinished() {
  std::vector<Unfinished> unfinished;
  Transaction transaction(database_, Transaction::Kind::kRead);
  {
    Statement find(database_,
                   "SELECT number, replay_id, per_second FROM replays r WHERE finished_at IS NULL"
                   " AND EXISTS (SELECT 1 FROM replay_items WHERE replay = r.number"
                   " AND state IN ('pending', 'sending')) ORDER BY number");
    Cursor cursor = find.Query();
    while (cursor.Next()) {
      unfinished.push_back({cursor.Int(0), cursor.Text(1), cursor.Real(2)});
    }
  }
  absl::Status read = transaction.Commit();
  if (!read.ok()) return read;
  return unfinished;
}

}  // namespace leadrelay::dlq
