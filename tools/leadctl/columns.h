#pragma once
// Columns: what the header row of a CSV file means, and rows as leads.  Pure.
//
// A column is named after the lead's member: email, first_name, source.utm_source, deal.value,
// form_data.plan.  Case, spaces and dashes do not count ("First Name"), utm_* may stand without
// their "source.", "consent" is consent_given.  Any other column becomes a field of form_data under
// its own name.  Empty cells are left out.

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace leadrelay::leadctl {

class Columns {
 public:
  // `key_column` is the column with the idempotency keys; empty: none.  InvalidArgument: a column
  // without a name, two that mean the same, or no such key column.
  static absl::StatusOr<Columns> Read(const std::vector<std::string>& header,
                                      const std::string& key_column);

  struct Row {
    std::string key;   // Empty: the row has none.
    std::string lead;  // JSON.
    friend bool operator==(const Row&, const Row&) = default;
  };
  // InvalidArgument: not as many cells as the header has, or an empty key.  Whether the values make
  // sense is for ingest to say: it names every fault.
  absl::StatusOr<Row> ToLead(const std::vector<std::string>& cells) const;

  // The columns that go to form_data, for a note to the operator: they may be misspelt.
  std::vector<std::string> Unknown() const;

 private:
  struct Column {
    std::string group;   // "source", "deal", "form_data"; empty: of the lead itself.
    std::string member;  // Empty: the key column.
    bool unknown = false;
  };
  std::vector<Column> columns_;
};

}  // namespace leadrelay::leadctl
