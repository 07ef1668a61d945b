#include "tests/chaos/ledger_count.h"

#include "services/dlq/ledger/books.h"
#include "services/dlq/ledger/delivery_rows.h"
#include "services/dlq/ledger/sqlite.h"

namespace leadrelay::chaos {
namespace {

BooksRow ToRow(const dlq::BookRow& books) {
  BooksRow row;
  row.accepted = books.accepted;
  row.in_flight = books.in_flight + books.retrying;
  row.delivered = books.delivered;
  row.suppressed = books.suppressed;
  row.dead = books.dead;
  row.discarded = books.discarded;
  row.difference = books.difference();
  return row;
}

void ReadBooks(dlq::Database& database, LedgerCount& count) {
  dlq::Statement all(database, dlq::kBooksSql);
  for (const auto& [destination, row] : dlq::ReadBooks(all.Query())) {
    count.books[destination] = ToRow(row);
  }
}

void CountRows(dlq::Database& database, LedgerCount& count) {
  dlq::Statement all(database,
                     "SELECT destination, state, accepted, count(*) FROM deliveries"
                     " GROUP BY destination, state, accepted");
  std::map<std::string, dlq::BookRow> sums;
  dlq::Cursor cursor = all.Query();
  while (cursor.Next()) {
    dlq::DeliveryRecord record;
    record.state = dlq::ParseState(cursor.Text(1));
    record.accepted = cursor.Bool(2);
    sums[cursor.Text(0)].Count(record, cursor.Int(3));
  }
  for (const auto& [destination, row] : sums) count.rows[destination] = ToRow(row);
}

}  // namespace

absl::StatusOr<LedgerCount> CountLedger(const std::string& path) {
  auto database = dlq::Database::Open(path, dlq::Database::Mode::kReadOnly);
  if (!database.ok()) return database.status();
  LedgerCount count;
  dlq::Transaction instant(**database, dlq::Transaction::Kind::kRead);
  ReadBooks(**database, count);
  CountRows(**database, count);
  absl::Status read = instant.Commit();
  if (!read.ok()) return read;
  return count;
}

}  // namespace leadrelay::chaos
