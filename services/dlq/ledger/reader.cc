#include "services/dlq/ledger/reader.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "services/dlq/ledger/delivery_rows.h"

namespace leadrelay::dlq {

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
    lead->marks = Marks(number);
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

std::vector<MarkRecord> Reader::Marks(int64_t lead) {
  Statement find(database_, "SELECT destination, due_at, published_at FROM marks WHERE lead = ?1");
  std::vector<MarkRecord> marks;
  Cursor cursor = find.Query(lead);
  while (cursor.Next()) marks.push_back({cursor.Text(0), cursor.Time(1), cursor.Time(2)});
  return marks;
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

}  // namespace leadrelay::dlq
