#pragma once
// Sheet: the tab "Leads" with its headings and what is written below them.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"

namespace leadrelay::sandbox::google_sheets {

struct Area {  // Counted from 0; the ends are beyond the last.
  size_t first_row = 0;
  size_t end_row = 0;
  size_t first_column = 0;
  size_t end_column = 0;
};

std::string CellName(size_t row, size_t column);

class Sheet {
 public:
  using Row = std::vector<std::string>;  // Values in JSON; empty: nothing there.

  Sheet();

  // "'Leads'!A1:H1", "Leads!A:A", "Leads!12:12", "Leads!B2"; nothing when it is none of this tab.
  std::optional<Area> Parse(std::string_view range) const;

  // Null leaves the cell as it is.
  void Put(size_t row, size_t column, const json::Value& value, bool raw);
  void Clear(const Area& area);

  const std::vector<Row>& rows() const { return rows_; }  // The headings first.
  int64_t formulas() const { return formulas_; }
  // Rows whose first cell another row has too.
  int64_t Duplicates() const;

  // As Google answers: nothing after the last value, neither rows nor cells.
  void WriteRange(const Area& area, bool by_columns, json::Writer& writer) const;
  // Each row as an object by the headings.
  void WriteRows(json::Writer& writer) const;

 private:
  std::vector<Row> rows_;
  int64_t formulas_ = 0;
};

}  // namespace leadrelay::sandbox::google_sheets
