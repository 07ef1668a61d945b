#include "services/delivery/connectors/salesforce/bulk_rows.h"

#include <algorithm>

#include "common/text/csv.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr std::string_view kNull = "#N/A";
constexpr size_t kLongestField = 32'000;
constexpr size_t kLongestRecord = 400'000;
constexpr size_t kVerdictBytes = 350;  // An id, or a code with its message.

bool IsControl(char c) {
  return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
}

bool Fits(std::string_view text) {
  return !text.empty() && text != kNull && text.size() <= kLongestField &&
         std::ranges::none_of(text, &IsControl);
}

std::vector<std::string> ColumnsOf(const std::vector<Fields>& rows) {
  std::vector<std::string> columns;
  for (const Fields& fields : rows) {
    for (const MappedField& field : fields) {
      if (std::ranges::find(columns, field.field) == columns.end()) columns.push_back(field.field);
    }
  }
  return columns;
}

void AppendRow(const std::vector<std::string>& cells, std::string& csv) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) csv += ',';
    csv += text::CsvCell(cells[i]);
  }
  csv += '\n';
}

// Where the columns of a table are, by name without regard to case.
class Header {
 public:
  explicit Header(const std::vector<std::string>& names) {
    for (size_t i = 0; i < names.size(); ++i) at_.emplace(LowerCase(names[i]), i);
  }
  bool Has(std::string_view name) const { return at_.contains(LowerCase(name)); }
  std::string Cell(const text::CsvRecord& record, std::string_view name) const {
    const auto found = at_.find(LowerCase(name));
    return found == at_.end() ? "" : record.cells.at(found->second);
  }

 private:
  std::map<std::string, size_t> at_;
};

}  // namespace

bool FitsBulk(const Fields& fields) {
  size_t bytes = 0;
  for (const MappedField& field : fields) {
    const std::string text = ToText(field.value);
    if (!Fits(text)) return false;
    bytes += text.size();
  }
  return bytes <= kLongestRecord;
}

size_t BulkBytes(const Fields& fields, size_t columns) {
  constexpr size_t kQuotesAndComma = 3;
  size_t bytes = kVerdictBytes + columns * kQuotesAndComma;
  for (const MappedField& field : fields) bytes += text::CsvCell(ToText(field.value)).size();
  return bytes;
}

std::string BulkRows(const std::vector<Fields>& rows) {
  const std::vector<std::string> columns = ColumnsOf(rows);
  std::string csv;
  AppendRow(columns, csv);
  for (const Fields& fields : rows) {
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const std::string& column : columns) cells.push_back(TextOf(fields, column));
    AppendRow(cells, csv);
  }
  return csv;
}

std::optional<std::map<std::string, BulkResult>> ReadBulkResults(std::string_view csv,
                                                                 std::string_view key_field) {
  std::map<std::string, BulkResult> results;
  text::CsvReader reader(csv);
  const std::optional<text::CsvRecord> names = reader.Next();
  if (!names.has_value()) return results;
  const Header header(names->cells);
  if (!names->fault.empty() || !header.Has("sf__Id") || !header.Has(key_field)) {
    return std::nullopt;
  }
  while (const std::optional<text::CsvRecord> record = reader.Next()) {
    const bool cut = reader.offset() == csv.size() && !csv.ends_with('\n');
    if (cut || !record->fault.empty() || record->cells.size() != names->cells.size()) continue;
    BulkResult result;
    result.id = header.Cell(*record, "sf__Id");
    result.created = LowerCase(header.Cell(*record, "sf__Created")) == "true";
    result.error = header.Cell(*record, "sf__Error");
    results.emplace(LowerCase(header.Cell(*record, key_field)), std::move(result));
  }
  return results;
}

}  // namespace leadrelay::delivery::salesforce
