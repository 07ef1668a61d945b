#include "services/dlq/ledger/reader.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/delivery_rows.h"

namespace leadrelay::dlq {
namespace {

constexpr const char* kLetterColumns =
    "id, lead_id, destination, replay_id, at, cause, reason, reason_group, remedy, status,"
    " attempts, state, resolution, resolved_at";

DeadLetterRecord ReadLetter(const Cursor& cursor) {
  DeadLetterRecord letter;
  letter.id = cursor.Int(0);
  letter.lead_id = cursor.Text(1);
  letter.destination = cursor.Text(2);
  letter.replay_id = cursor.Text(3);
  letter.at = cursor.Time(4);
  letter.cause = cursor.Text(5);
  letter.reason = cursor.Text(6);
  letter.group = cursor.Text(7);
  letter.remedy = cursor.Text(8);
  letter.status = static_cast<int>(cursor.Int(9));
  letter.attempts = static_cast<int>(cursor.Int(10));
  letter.state = cursor.Text(11);
  letter.resolution = cursor.Text(12);
  letter.resolved_at = cursor.Time(13);
  return letter;
}

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

// What a read answers with: its value, unless the transaction failed.
template <typename T>
absl::StatusOr<T> Answer(Transaction& transaction, T value) {
  absl::Status read = transaction.Commit();
  if (!read.ok()) return read;
  return value;
}

}  // namespace

absl::StatusOr<std::optional<LeadRecord>> Reader::Lead(const std::string& lead_id) {
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::optional<LeadRecord> lead;
  int64_t number = 0;
  {
    Statement find(
        database_,
        "SELECT number, lead_id, publisher, accepted_at, envelope FROM leads WHERE lead_id = ?1");
    Cursor cursor = find.Query(lead_id);
    if (cursor.Next()) {
      number = cursor.Int(0);
      lead.emplace();
      lead->lead_id = cursor.Text(1);
      lead->publisher = cursor.Text(2);
      lead->accepted_at = cursor.Time(3);
      lead->envelope = cursor.Text(4);
    }
  }
  if (lead.has_value()) {
    lead->deliveries = Deliveries(number);
    lead->attempts = Attempts(number);
    lead->dead_letters = LettersOf(lead_id);
    lead->replays = ReplaysOf(lead_id);
  }
  return Answer(transaction, std::move(lead));
}

std::vector<NamedDelivery> Reader::Deliveries(int64_t lead) {
  Statement find(database_,
                 absl::StrCat("SELECT destination, ",
                              std::string(kDeliveryColumns),
                              " FROM deliveries WHERE lead = ?1"));
  std::vector<NamedDelivery> deliveries;
  Cursor cursor = find.Query(lead);
  while (cursor.Next()) deliveries.push_back({cursor.Text(0), ReadDelivery(cursor, 1)});
  return deliveries;
}

std::vector<AttemptRecord> Reader::Attempts(int64_t lead) {
  Statement find(database_,
                 "SELECT destination, replay_id, number, at, took_ms, verdict, reason, status"
                 " FROM attempts WHERE lead = ?1 ORDER BY at, number");
  std::vector<AttemptRecord> attempts;
  Cursor cursor = find.Query(lead);
  while (cursor.Next()) {
    AttemptRecord record;
    record.destination = cursor.Text(0);
    record.replay_id = cursor.Text(1);
    record.attempt.number = static_cast<int>(cursor.Int(2));
    record.attempt.at = cursor.Time(3);
    record.attempt.took = absl::Milliseconds(cursor.Int(4));
    record.attempt.verdict = cursor.Text(5);
    record.attempt.reason = cursor.Text(6);
    record.attempt.status = static_cast<int>(cursor.Int(7));
    attempts.push_back(std::move(record));
  }
  return attempts;
}

std::vector<DeadLetterRecord> Reader::LettersOf(const std::string& lead_id) {
  Statement find(
      database_,
      absl::StrCat("SELECT ", kLetterColumns, " FROM dead_letters WHERE lead_id = ?1 ORDER BY id"));
  std::vector<DeadLetterRecord> letters;
  Cursor cursor = find.Query(lead_id);
  while (cursor.Next()) letters.push_back(ReadLetter(cursor));
  return letters;
}

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

absl::StatusOr<std::vector<DeadLetterRecord>> Reader::DeadLetters(const DeadLetterFilter& filter,
                                                                  int64_t before,
                                                                  int limit) {
  SqlCondition which = ToSql(filter);
  if (before > 0) {
    absl::StrAppend(&which.sql, " AND id < ?");
    which.values.emplace_back(before);
  }
  which.values.emplace_back(int64_t{limit});
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::vector<DeadLetterRecord> letters;
  {
    Statement list(database_,
                   absl::StrCat("SELECT ",
                                kLetterColumns,
                                " FROM dead_letters WHERE ",
                                which.sql,
                                " ORDER BY id DESC LIMIT ?"));
    Cursor cursor = list.QueryList(which.values);
    while (cursor.Next()) letters.push_back(ReadLetter(cursor));
  }
  return Answer(transaction, std::move(letters));
}

absl::StatusOr<std::optional<DeadLetterRecord>> Reader::DeadLetter(int64_t id) {
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::optional<DeadLetterRecord> letter;
  {
    Statement find(database_,
                   absl::StrCat("SELECT ",
                                kLetterColumns,
                                ", body, progress, unknown, traceparent FROM dead_letters"
                                " WHERE id = ?1"));
    Cursor cursor = find.Query(id);
    if (cursor.Next()) {
      letter = ReadLetter(cursor);
      letter->body = cursor.Text(14);
      letter->progress = cursor.Text(15);
      letter->unknown = cursor.Bool(16);
      letter->traceparent = cursor.Text(17);
    }
  }
  return Answer(transaction, std::move(letter));
}

absl::StatusOr<std::vector<DeadLetterGroup>> Reader::Groups(const DeadLetterFilter& filter,
                                                            int limit) {
  DeadLetterFilter unresolved = filter;
  unresolved.state.clear();
  SqlCondition which = ToSql(unresolved);
  which.values.emplace_back(int64_t{limit});
  Transaction transaction(database_, Transaction::Kind::kRead);
  std::vector<DeadLetterGroup> groups;
  {
    Statement count(database_,
                    absl::StrCat("SELECT destination, cause, reason_group, count(*),"
                                 " sum(state = 'replaying'), min(at), max(at), max(id)"
                                 " FROM dead_letters WHERE ",
                                 which.sql,
                                 " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT ?"));
    Cursor cursor = count.QueryList(which.values);
    while (cursor.Next()) {
      DeadLetterGroup group;
      group.destination = cursor.Text(0);
      group.cause = cursor.Text(1);
      group.group = cursor.Text(2);
      group.count = cursor.Int(3);
      group.replaying = cursor.Int(4);
      group.first_at = cursor.Time(5);
      group.last_at = cursor.Time(6);
      group.newest_id = cursor.Int(7);
      groups.push_back(std::move(group));
    }
  }
  Statement remedy(database_, "SELECT remedy FROM dead_letters WHERE id = ?1");
  for (DeadLetterGroup& group : groups) {
    Cursor cursor = remedy.Query(group.newest_id);
    if (cursor.Next()) group.remedy = cursor.Text(0);
  }
  return Answer(transaction, std::move(groups));
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
