#include <utility>

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/reader.h"

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

}  // namespace

std::vector<DeadLetterRecord> Reader::LettersOf(const std::string& lead_id) {
  Statement find(
      database_,
      absl::StrCat("SELECT ", kLetterColumns, " FROM dead_letters WHERE lead_id = ?1 ORDER BY id"));
  std::vector<DeadLetterRecord> letters;
  Cursor cursor = find.Query(lead_id);
  while (cursor.Next()) letters.push_back(ReadLetter(cursor));
  return letters;
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

}  // namespace leadrelay::dlq
