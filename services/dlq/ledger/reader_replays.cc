#include <utility>

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/reader.h"

namespace leadrelay::dlq {
namespace {

constexpr const char* kReplayColumns =
    "number, replay_id, created_at, finished_at, selection, state, per_second, skipped";

ReplayRecord ReadReplay(const Cursor& cursor) {
  ReplayRecord replay;
  replay.number = cursor.Int(0);
  replay.replay_id = cursor.Text(1);
  replay.created_at = cursor.Time(2);
  replay.finished_at = cursor.Time(3);
  replay.selection = cursor.Text(4);
  replay.state = cursor.Text(5);
  replay.per_second = cursor.Real(6);
  replay.skipped = cursor.Int(7);
  return replay;
}

constexpr const char* kItemColumns =
    "r.replay_id, i.dead_letter, i.destination, i.state, i.reason, r.created_at, i.published_at,"
    " i.ended_at";

ReplayItemRecord ReadItem(const Cursor& cursor) {
  ReplayItemRecord item;
  item.replay_id = cursor.Text(0);
  item.dead_letter = cursor.Int(1);
  item.destination = cursor.Text(2);
  item.state = cursor.Text(3);
  item.reason = cursor.Text(4);
  item.created_at = cursor.Time(5);
  item.published_at = cursor.Time(6);
  item.ended_at = cursor.Time(7);
  return item;
}

int64_t* Counter(ReplayRecord& replay, const std::string& state) {
  if (state == "pending") return &replay.pending;
  if (state == "sending") return &replay.sending;
  if (state == "published") return &replay.published;
  if (state == "delivered") return &replay.delivered;
  if (state == "suppressed") return &replay.suppressed;
  if (state == "dead") return &replay.dead;
  if (state == "failed") return &replay.failed;
  return &replay.cancelled;
}

}  // namespace

std::vector<ReplayItemRecord> Reader::ReplaysOf(const std::string& lead_id) {
  Statement find(database_,
                 absl::StrCat("SELECT ",
                              kItemColumns,
                              " FROM dead_letters d JOIN replay_items i ON i.dead_letter = d.id"
                              " JOIN replays r ON r.number = i.replay"
                              " WHERE d.lead_id = ?1 ORDER BY r.number"));
  std::vector<ReplayItemRecord> items;
  Cursor cursor = find.Query(lead_id);
  while (cursor.Next()) items.push_back(ReadItem(cursor));
  return items;
}

absl::StatusOr<std::vector<ReplayRecord>> Reader::Replays(int64_t before, int limit) {
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::vector<ReplayRecord> replays;
  {
    Statement list(database_,
                   absl::StrCat("SELECT ",
                                kReplayColumns,
                                " FROM replays WHERE ?1 = 0 OR number < ?1"
                                " ORDER BY number DESC LIMIT ?2"));
    Cursor cursor = list.Query(before, limit);
    while (cursor.Next()) replays.push_back(ReadReplay(cursor));
  }
  for (ReplayRecord& replay : replays) CountItems(replay);
  return Answer(transaction, std::move(replays));
}

absl::StatusOr<std::optional<ReplayRecord>> Reader::Replay(const std::string& replay_id) {
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::optional<ReplayRecord> replay;
  {
    Statement find(database_,
                   absl::StrCat("SELECT ", kReplayColumns, " FROM replays WHERE replay_id = ?1"));
    Cursor cursor = find.Query(replay_id);
    if (cursor.Next()) replay = ReadReplay(cursor);
  }
  if (replay.has_value()) CountItems(*replay);
  return Answer(transaction, std::move(replay));
}

absl::StatusOr<std::vector<ReplayItemRecord>> Reader::FailedItems(int64_t replay, int limit) {
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::vector<ReplayItemRecord> items;
  {
    Statement list(database_,
                   absl::StrCat("SELECT ",
                                kItemColumns,
                                " FROM replay_items i JOIN replays r ON r.number = i.replay"
                                " WHERE i.replay = ?1 AND i.state = 'failed'"
                                " ORDER BY i.dead_letter LIMIT ?2"));
    Cursor cursor = list.Query(replay, limit);
    while (cursor.Next()) items.push_back(ReadItem(cursor));
  }
  return Answer(transaction, std::move(items));
}

void Reader::CountItems(ReplayRecord& replay) {
  Statement count(database_,
                  "SELECT state, count(*) FROM replay_items WHERE replay = ?1 GROUP BY state");
  Cursor cursor = count.Query(replay.number);
  while (cursor.Next()) *Counter(replay, cursor.Text(0)) = cursor.Int(1);
}

}  // namespace leadrelay::dlq
