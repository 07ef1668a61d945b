#pragma once
// The CSV of a bulk job: people go in, and what became of each comes out.  Pure.
//
// Facts: Bulk API 2.0 Developer Guide v67.0, "Prepare CSV Files": the header has the API names; an
// empty cell leaves a field as it is; #N/A empties it, and no way to write these four characters
// themselves is told.  "Limits": 32,000 characters in a field, 400,000 in a record.  "Get Job
// Successful (Failed) Record Results": sf__Id with sf__Created or sf__Error, and the columns that
// were sent; rows in any order, and no pages: only the results of queries have those.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/salesforce/records.h"

namespace leadrelay::delivery::salesforce {

// Whether a bulk job writes the same as a collection would.
bool FitsBulk(const Fields& fields);

// Bytes that a row of `fields` takes in an answer, whatever that says of it, with every cell in
// quotes; `columns` are those of the file.
size_t BulkBytes(const Fields& fields, size_t columns);

// A header with every field that one of them has, and a row for each.
std::string BulkRows(const std::vector<Fields>& rows);

struct BulkResult {
  std::string id;  // sf__Id
  bool created = false;
  std::string error;  // sf__Error
  friend bool operator==(const BulkResult&, const BulkResult&) = default;
};
// By the value of `key_field`, in lower case.  An empty text has none.  Rows that cannot be told
// are left out: one without a line end may have been cut.  Nothing: it is no such table.
std::optional<std::map<std::string, BulkResult>> ReadBulkResults(std::string_view csv,
                                                                 std::string_view key_field);

}  // namespace leadrelay::delivery::salesforce
