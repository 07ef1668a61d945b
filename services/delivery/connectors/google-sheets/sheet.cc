#include "services/delivery/connectors/google-sheets/sheet.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace leadrelay::delivery::google_sheets {
namespace {

constexpr size_t kLetters = 26;

}  // namespace

std::string ColumnName(size_t index) {
  std::string name;
  for (size_t rest = index + 1; rest > 0; rest = (rest - 1) / kLetters) {
    name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % kLetters));
  }
  return name;
}

std::string Range(std::string_view sheet, std::string_view cells) {
  const std::string title = absl::StrReplaceAll(std::string(sheet), {{"'", "''"}});
  return absl::StrCat("'", title, "'!", std::string(cells));
}

size_t FirstRowOf(std::string_view range) {
  const size_t mark = range.rfind('!');
  if (mark != std::string_view::npos) range.remove_prefix(mark + 1);
  while (!range.empty() && range.front() >= 'A' && range.front() <= 'Z') range.remove_prefix(1);
  size_t row = 0;
  const auto [end, error] = std::from_chars(range.data(), range.data() + range.size(), row);
  const bool ends = end == range.data() + range.size() || *end == ':';
  return error == std::errc() && ends ? row : 0;
}

Header Header::Of(const json::Value& value_range) {
  Header header;
  for (const json::Value& cell : value_range.Find("values").At(0).Elements()) {
    header.names_.push_back(cell.AsText().value_or(""));
  }
  return header;
}

Header Header::FromText(std::string_view text) {
  Header header;
  const absl::StatusOr<json::Document> list = json::Document::Parse(text);
  if (!list.ok()) return header;
  for (const json::Value& name : list->root().Elements()) {
    header.names_.push_back(name.StringOr(""));
  }
  return header;
}

std::string Header::ToText() const {
  json::Writer writer;
  writer.StartArray();
  for (const std::string& name : names_) writer.String(name);
  return writer.EndArray().Take();
}

std::optional<size_t> Header::Find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<size_t>(found - names_.begin());
}

std::string Header::LastColumn() const {
  return ColumnName(names_.empty() ? 0 : names_.size() - 1);
}

std::string RowOf(const Header& header, const std::vector<MappedField>& fields) {
  std::vector<const Scalar*> cells(header.names().size(), nullptr);
  for (const MappedField& field : fields) {
    if (const std::optional<size_t> column = header.Find(field.field)) {
      cells[*column] = &field.value;
    }
  }
  json::Writer writer;
  writer.StartArray();
  for (const Scalar* cell : cells) {
    if (cell == nullptr) {
      writer.Null();
    } else {
      Write(writer, *cell);
    }
  }
  return writer.EndArray().Take();
}

std::vector<std::string> ColumnOf(const json::Value& value_range) {
  std::vector<std::string> column;
  for (const json::Value& cell : value_range.Find("values").At(0).Elements()) {
    column.push_back(cell.AsText().value_or(""));
  }
  return column;
}

}  // namespace leadrelay::delivery::google_sheets
