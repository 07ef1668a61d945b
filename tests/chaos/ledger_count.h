#pragma once
// LedgerCount: the books that dlq keeps running, against a count of the rows that they are the sums
// of, both of one instant.  Reads the ledger's file, so it does not need dlq to run.

#include <map>
#include <string>

#include "absl/status/statusor.h"

#include "tests/chaos/books_check.h"

namespace leadrelay::chaos {

struct LedgerCount {
  std::map<std::string, BooksRow> books;  // By destination: as they are kept.
  std::map<std::string, BooksRow> rows;   // As they are counted.
};

// Takes a scan of the table of deliveries: a second for some millions.
absl::StatusOr<LedgerCount> CountLedger(const std::string& path);

}  // namespace leadrelay::chaos
