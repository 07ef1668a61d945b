#pragma once
// DeliveryRows: the deliveries table and the books that go with it.
//
// Every change of a delivery goes through Apply(), which keeps the change of the books in memory;
// SaveBooks() writes it, once per transaction, before its Commit().

#include <cstdint>
#include <string>
#include <string_view>

#include "services/dlq/ledger/books.h"
#include "services/dlq/ledger/sqlite.h"
#include "services/dlq/ledger/transition.h"

namespace leadrelay::dlq {

// Reads columns `first` to `first` + 8 of a query that names them as kDeliveryColumns does.
inline constexpr std::string_view kDeliveryColumns =
    "state, accepted, replay_id, attempts, remote_id, effect, reason, next_at, since";
DeliveryRecord ReadDelivery(const Cursor& cursor, int first);

// The table of the books, and what a query of it has found.
inline constexpr std::string_view kBooksSql =
    "SELECT destination, accepted, in_flight, retrying, delivered, suppressed, dead, discarded"
    " FROM books";
Books ReadBooks(Cursor cursor);

class DeliveryRows {
 public:
  explicit DeliveryRows(Database& database);

  // The lead's row number; it gets a row when it has none.
  int64_t LeadNumber(const std::string& lead_id);

  struct Change {
    int64_t lead = 0;  // Its row number.
    DeliveryRecord before;
    DeliveryRecord after;
  };
  Change Apply(const std::string& lead_id, const std::string& destination, const Fact& fact);
  Change Apply(int64_t lead, const std::string& destination, const Fact& fact);
  // Of a lead that is new: there is no row to look for.
  void Insert(int64_t lead, const std::string& destination, const DeliveryRecord& record);

  void SaveBooks();
  void DropBooks() { changes_.clear(); }  // The transaction failed.
  Books ReadBooks();

 private:
  void Save(const std::string& destination, const Change& change);

  Database& database_;
  Books changes_;
  Statement find_lead_;
  Statement add_lead_;
  Statement find_;
  Statement find_by_id_;
  Statement insert_;
  Statement update_;
  Statement count_;
  Statement books_;
};

}  // namespace leadrelay::dlq
