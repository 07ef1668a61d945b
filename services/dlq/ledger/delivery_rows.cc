#include "services/dlq/ledger/delivery_rows.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::dlq {
namespace {

std::string FindSql() {
  return absl::StrCat("SELECT ",
                      std::string(kDeliveryColumns),
                      " FROM deliveries WHERE lead = ?1 AND destination = ?2");
}

// One look-up where there would be two: most messages name the lead by its id.
std::string FindByIdSql() {
  return absl::StrCat("SELECT l.number, ",
                      std::string(kDeliveryColumns),
                      " FROM leads l LEFT JOIN deliveries d"
                      " ON d.lead = l.number AND d.destination = ?2 WHERE l.lead_id = ?1");
}

std::string InsertSql() {
  return absl::StrCat("INSERT INTO deliveries (lead, destination, ",
                      std::string(kDeliveryColumns),
                      ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
}

}  // namespace

DeliveryRecord ReadDelivery(const Cursor& cursor, int first) {
  DeliveryRecord record;
  record.state = ParseState(cursor.Text(first));
  record.accepted = cursor.Bool(first + 1);
  record.replay_id = cursor.Text(first + 2);
  record.attempts = static_cast<int>(cursor.Int(first + 3));
  record.remote_id = cursor.Text(first + 4);
  record.effect = cursor.Text(first + 5);
  record.reason = cursor.Text(first + 6);
  record.next_at = cursor.Time(first + 7);
  record.since = cursor.Time(first + 8);
  return record;
}

Books ReadBooks(Cursor cursor) {
  Books books;
  while (cursor.Next()) {
    BookRow& row = books[cursor.Text(0)];
    row.accepted = cursor.Int(1);
    row.in_flight = cursor.Int(2);
    row.retrying = cursor.Int(3);
    row.delivered = cursor.Int(4);
    row.suppressed = cursor.Int(5);
    row.dead = cursor.Int(6);
    row.discarded = cursor.Int(7);
  }
  return books;
}

DeliveryRows::DeliveryRows(Database& database)
    : database_(database),
      find_lead_(database, "SELECT number FROM leads WHERE lead_id = ?1"),
      add_lead_(database, "INSERT INTO leads (lead_id) VALUES (?1)"),
      find_(database, FindSql()),
      find_by_id_(database, FindByIdSql()),
      insert_(database, InsertSql()),
      update_(database,
              "UPDATE deliveries SET state = ?3, accepted = ?4, replay_id = ?5, attempts = ?6,"
              " remote_id = ?7, effect = ?8, reason = ?9, next_at = ?10, since = ?11"
              " WHERE lead = ?1 AND destination = ?2"),
      count_(database,
             "INSERT INTO books VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
             " ON CONFLICT (destination) DO UPDATE SET"
             " accepted = accepted + excluded.accepted, in_flight = in_flight + excluded.in_flight,"
             " retrying = retrying + excluded.retrying, delivered = delivered + excluded.delivered,"
             " suppressed = suppressed + excluded.suppressed, dead = dead + excluded.dead,"
             " discarded = discarded + excluded.discarded"),
      books_(database, kBooksSql) {}

int64_t DeliveryRows::LeadNumber(const std::string& lead_id) {
  {
    Cursor found = find_lead_.Query(lead_id);
    if (found.Next()) return found.Int(0);
  }
  add_lead_.Execute(lead_id);
  return database_.last_row_id();
}

DeliveryRows::Change DeliveryRows::Apply(const std::string& lead_id,
                                         const std::string& destination,
                                         const Fact& fact) {
  Change change;
  {
    Cursor found = find_by_id_.Query(lead_id, destination);
    if (found.Next()) {
      change.lead = found.Int(0);
      if (!found.IsNull(1)) change.before = ReadDelivery(found, 1);
    }
  }
  if (change.lead == 0) {
    add_lead_.Execute(lead_id);
    change.lead = database_.last_row_id();
  }
  change.after = dlq::Apply(change.before, fact);
  Save(destination, change);
  return change;
}

DeliveryRows::Change DeliveryRows::Apply(int64_t lead,
                                         const std::string& destination,
                                         const Fact& fact) {
  Change change;
  change.lead = lead;
  {
    Cursor found = find_.Query(lead, destination);
    if (found.Next()) change.before = ReadDelivery(found, 0);
  }
  change.after = dlq::Apply(change.before, fact);
  Save(destination, change);
  return change;
}

void DeliveryRows::Save(const std::string& destination, const Change& change) {
  if (change.after == change.before) return;
  if (change.before.state == State::kNone) {
    Insert(change.lead, destination, change.after);
    return;
  }
  const DeliveryRecord& now = change.after;
  update_.Execute(change.lead,
                  destination,
                  Name(now.state),
                  now.accepted,
                  now.replay_id,
                  now.attempts,
                  now.remote_id,
                  now.effect,
                  now.reason,
                  now.next_at,
                  now.since);
  BookRow& row = changes_[destination];
  row.Count(change.before, -1);
  row.Count(now, +1);
}

void DeliveryRows::Insert(int64_t lead,
                          const std::string& destination,
                          const DeliveryRecord& record) {
  insert_.Execute(lead,
                  destination,
                  Name(record.state),
                  record.accepted,
                  record.replay_id,
                  record.attempts,
                  record.remote_id,
                  record.effect,
                  record.reason,
                  record.next_at,
                  record.since);
  changes_[destination].Count(record, +1);
}

void DeliveryRows::SaveBooks() {
  for (const auto& [destination, row] : changes_) {
    if (row.empty()) continue;
    count_.Execute(destination,
                   row.accepted,
                   row.in_flight,
                   row.retrying,
                   row.delivered,
                   row.suppressed,
                   row.dead,
                   row.discarded);
  }
  changes_.clear();
}

Books DeliveryRows::ReadBooks() {
  return dlq::ReadBooks(books_.Query());
}

}  // namespace leadrelay::dlq
