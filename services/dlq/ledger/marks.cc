#include "services/dlq/ledger/marks.h"

#include <algorithm>
#include <utility>

#include "common/lead/envelope.h"
#include "services/dlq/ledger/due_marks.h"

namespace leadrelay::dlq {
namespace {

bool ConsentIn(std::string_view envelope) {
  const absl::StatusOr<lead::Envelope> read = lead::Envelope::Parse(envelope);
  return read.ok() && read->lead.root().Find("consent_given").BoolOr(false);
}

}  // namespace

Marks::Marks(Database& database, std::set<std::string> destinations)
    : database_(database),
      destinations_(std::move(destinations)),
      states_(database, "SELECT destination, state FROM deliveries WHERE lead = ?1"),
      // Without the acceptance nobody knows whether these are all of the lead's deliveries.  What
      // is done about a person later is no lead that anybody waits for.
      add_(database,
           "INSERT INTO marks (lead, destination, due_at) SELECT number, ?2, ?3 FROM leads"
           " WHERE number = ?1 AND operation = '' AND accepted_at IS NOT NULL"
           " ON CONFLICT (lead, destination) DO NOTHING") {}

void Marks::Touch(int64_t lead) {
  if (!destinations_.empty()) touched_.push_back(lead);
}

void Marks::AddDue(absl::Time now) {
  std::ranges::sort(touched_);
  const auto repeated = std::ranges::unique(touched_);
  touched_.erase(repeated.begin(), repeated.end());
  for (const int64_t lead : touched_) {
    for (const std::string& destination : DueAt(lead))
      added_ += add_.Execute(lead, destination, now);
  }
  touched_.clear();
}

std::vector<std::string> Marks::DueAt(int64_t lead) {
  std::vector<DestinationState> deliveries;
  Cursor cursor = states_.Query(lead);
  while (cursor.Next()) deliveries.push_back({cursor.Text(0), ParseState(cursor.Text(1))});
  return DueMarks(deliveries, destinations_);
}

void Marks::EndTransaction(bool committed) {
  if (committed) change_ += added_;
  added_ = 0;
  touched_.clear();
}

absl::StatusOr<std::vector<DueMark>> Marks::Advance(const std::vector<DueMark>& confirmed,
                                                    int limit,
                                                    absl::Time now) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  {
    Statement settle(database_,
                     "UPDATE marks SET published_at = ?3 WHERE lead = ?1 AND destination = ?2"
                     " AND published_at IS NULL");
    for (const DueMark& mark : confirmed)
      added_ -= settle.Execute(mark.lead, mark.destination, now);
  }
  std::vector<DueMark> waiting = ReadWaiting(limit);
  absl::Status committed = transaction.Commit();
  EndTransaction(committed.ok());
  if (!committed.ok()) return committed;
  return waiting;
}

std::vector<DueMark> Marks::ReadWaiting(int limit) {
  std::vector<DueMark> marks;
  Statement find(database_,
                 "SELECT m.lead, l.lead_id, l.publisher, m.destination, m.due_at, l.envelope"
                 " FROM marks m JOIN leads l ON l.number = m.lead"
                 " WHERE m.published_at IS NULL AND m.destination = ?1 ORDER BY m.lead LIMIT ?2");
  for (const std::string& destination : destinations_) {
    Cursor cursor = find.Query(destination, limit - static_cast<int>(marks.size()));
    while (cursor.Next()) {
      marks.push_back({cursor.Int(0),
                       cursor.Text(1),
                       cursor.Text(2),
                       cursor.Text(3),
                       cursor.Time(4),
                       ConsentIn(cursor.Text(5))});
    }
  }
  return marks;
}

int64_t Marks::CountWaiting() {
  int64_t waiting = 0;
  Statement count(database_,
                  "SELECT count(*) FROM marks WHERE published_at IS NULL AND destination = ?1");
  for (const std::string& destination : destinations_) {
    Cursor cursor = count.Query(destination);
    if (cursor.Next()) waiting += cursor.Int(0);
  }
  return waiting;
}

int64_t Marks::TakeChange() {
  return std::exchange(change_, 0);
}

}  // namespace leadrelay::dlq
