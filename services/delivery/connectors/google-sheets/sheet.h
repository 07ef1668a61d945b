#pragma once
// Ranges in A1 notation, headings, and rows that fit them.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery::google_sheets {

std::string ColumnName(size_t index);  // 0 -> "A", 26 -> "AA".
// "'Ann''s leads'!A1:C1"
std::string Range(std::string_view sheet, std::string_view cells);
// The number of the first row of a range such as "'Leads'!A12:E14"; 0 when it is none.
size_t FirstRowOf(std::string_view range);

// The headings of the columns, as the first row has them.
class Header {
 public:
  Header() = default;
  // Of the answer to a read of the first row: {"values":[["Delivery ID","Name"]]}.
  static Header Of(const json::Value& value_range);
  // As it is kept between the calls of a batch.
  static Header FromText(std::string_view text);
  std::string ToText() const;

  const std::vector<std::string>& names() const { return names_; }
  std::optional<size_t> Find(std::string_view name) const;  // The first of that name.
  std::string LastColumn() const;                           // "H"

 private:
  std::vector<std::string> names_;
};

// ["..",null,5]: every field under its heading; what nobody fills is null, which leaves a cell as
// it is.  Fields without a heading are left out.
std::string RowOf(const Header& header, const std::vector<MappedField>& fields);

// The column's values from its first row on, as texts; empty for cells that are.
std::vector<std::string> ColumnOf(const json::Value& value_range);

}  // namespace leadrelay::delivery::google_sheets
