#include "tests/sandbox/systems/google-sheets/sheet.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox::google_sheets {
namespace {

constexpr size_t kColumns = 26;
constexpr std::string_view kSheet = "Leads";

// "A12": the parts that are there, counted from 0.
bool ParseCell(std::string_view text, std::optional<size_t>& row, std::optional<size_t>& column) {
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    column = static_cast<size_t>(text[0] - 'A');
    text.remove_prefix(1);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {  // Beyond what this sheet has.
      column = kColumns - 1;
      text.remove_prefix(1);
    }
  }
  if (text.empty()) return column.has_value();
  size_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<size_t>(c - '0');
  }
  row = number - 1;
  return number > 0;
}

}  // namespace

std::string CellName(size_t row, size_t column) {
  return absl::StrCat(std::string(1, static_cast<char>('A' + column)), row + 1);
}

Sheet::Sheet() {
  Row& header = rows_.emplace_back();
  for (const char* name : {"Delivery ID",
                           "Received",
                           "Name",
                           "Email",
                           "Phone",
                           "Company",
                           "Note",
                           "Deal",
                           "Score",
                           "crm_synced"}) {
    header.push_back(json::Writer().String(name).Take());
  }
}

std::optional<Area> Sheet::Parse(std::string_view range) const {
  const size_t mark = range.rfind('!');
  if (mark == std::string_view::npos) return std::nullopt;
  std::string_view sheet = range.substr(0, mark);
  if (sheet.size() > 2 && sheet.front() == '\'') sheet = sheet.substr(1, sheet.size() - 2);
  if (sheet != kSheet) return std::nullopt;
  const std::string_view cells = range.substr(mark + 1);
  const size_t colon = cells.find(':');
  std::optional<size_t> rows[2];
  std::optional<size_t> columns[2];
  const std::string_view from = cells.substr(0, colon);
  const std::string_view to = colon == std::string_view::npos ? from : cells.substr(colon + 1);
  if (!ParseCell(from, rows[0], columns[0]) || !ParseCell(to, rows[1], columns[1])) {
    return std::nullopt;
  }
  // A corner is a corner, whichever is named first.
  if (rows[0] > rows[1] && rows[1].has_value()) std::swap(rows[0], rows[1]);
  if (columns[0] > columns[1] && columns[1].has_value()) std::swap(columns[0], columns[1]);
  return Area{rows[0].value_or(0),
              rows[1].has_value() ? *rows[1] + 1 : rows_.size(),
              columns[0].value_or(0),
              columns[1].value_or(kColumns - 1) + 1};
}

void Sheet::Put(size_t row, size_t column, const json::Value& value, bool raw) {
  if (value.IsNull()) {
    if (row >= rows_.size()) rows_.resize(row + 1);
    return;
  }
  const std::string text = value.AsText().value_or("");
  if (!raw && !text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) {
    ++formulas_;
  }
  if (row >= rows_.size()) rows_.resize(row + 1);
  if (column >= rows_[row].size()) rows_[row].resize(column + 1);
  rows_[row][column] = value.ToJson();
}

void Sheet::Clear(const Area& area) {
  for (size_t row = area.first_row; row < std::min(area.end_row, rows_.size()); ++row) {
    for (size_t column = area.first_column; column < rows_[row].size(); ++column) {
      rows_[row][column].clear();
    }
  }
}

int64_t Sheet::Duplicates() const {
  int64_t duplicates = 0;
  std::set<std::string> seen;
  for (const Row& row : rows_) {
    if (!row.empty() && !row[0].empty() && !seen.insert(row[0]).second) ++duplicates;
  }
  return duplicates;
}

void Sheet::WriteRange(const Area& area, bool by_columns, json::Writer& writer) const {
  const auto at = [this](size_t row, size_t column) -> std::string {
    if (row >= rows_.size() || column >= rows_[row].size()) return "";
    return rows_[row][column];
  };
  const size_t rows = std::min(area.end_row, rows_.size()) - std::min(area.first_row, rows_.size());
  const size_t columns = area.end_column - area.first_column;
  std::vector<std::vector<std::string>> lines(by_columns ? columns : rows);
  for (size_t i = 0; i < rows * columns; ++i) {
    const size_t row = i / columns;
    const size_t column = i % columns;
    const std::string cell = at(area.first_row + row, area.first_column + column);
    if (cell.empty()) continue;
    std::vector<std::string>& line = lines[by_columns ? column : row];
    line.resize((by_columns ? row : column) + 1, "\"\"");
    line.back() = cell;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  writer.StartObject().Member("range", "Leads!A1:Z1000");
  writer.Member("majorDimension", by_columns ? "COLUMNS" : "ROWS");
  if (!lines.empty()) {
    writer.Key("values").StartArray();
    for (const std::vector<std::string>& line : lines) {
      writer.StartArray();
      for (const std::string& cell : line) writer.Raw(cell.empty() ? "\"\"" : cell);
      writer.EndArray();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

void Sheet::WriteRows(json::Writer& writer) const {
  writer.StartArray();
  for (size_t i = 1; i < rows_.size(); ++i) {
    writer.StartObject();
    for (size_t j = 0; j < std::min(rows_[i].size(), rows_[0].size()); ++j) {
      if (rows_[i][j].empty()) continue;
      const absl::StatusOr<json::Document> heading = json::Document::Parse(rows_[0][j]);
      if (heading.ok()) writer.Key(heading->root().StringOr("")).Raw(rows_[i][j]);
    }
    writer.EndObject();
  }
  writer.EndArray();
}

}  // namespace leadrelay::sandbox::google_sheets
