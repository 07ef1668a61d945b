#include "tools/leadctl/table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace leadrelay::leadctl {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;  // A column that shrinks stays this wide.

bool Continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::string Cut(const std::string& text, size_t width) {
  if (DisplayWidth(text) <= width) return text;
  size_t end = 0;
  for (size_t seen = 0; end < text.size(); ++end) {
    if (!Continues(text[end]) && seen++ == width - 1) break;
  }
  return text.substr(0, end) + "…";
}

const char* Code(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\033[32m";
    case Tone::kWarning:
      return "\033[33m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kFaint:
      return "\033[2m";
  }
  return "";
}

}  // namespace

size_t DisplayWidth(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !Continues(c); }));
}

std::string Paint(const std::string& text, Tone tone, bool colour) {
  if (!colour || tone == Tone::kPlain) return text;
  return absl::StrCat(Code(tone), text, "\033[0m");
}

std::string WithoutHighControls(const std::string& text) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F: two bytes, 0xC2 and the code.
    const bool high =
        c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (high) ++i;
    clean.push_back(high || c == 0x7F ? ' ' : text[i]);
  }
  return clean;
}

std::string Printable(const std::string& text) {
  std::string clean = WithoutHighControls(text);
  std::ranges::replace_if(
      clean, [](unsigned char c) { return c < 0x20; }, ' ');
  return clean;
}

std::vector<size_t> Table::Widths(int limit) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i].text));
    widths.push_back(width);
  }
  if (limit <= 0) return widths;
  size_t total = kGap * (columns_.size() - 1);
  for (const size_t width : widths) total += width;
  while (total > static_cast<size_t>(limit)) {
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].shrinks || widths[i] <= kNarrowest) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;  // Nothing gives way any more: let the terminal wrap.
    --widths[widest];
    --total;
  }
  return widths;
}

std::string Table::ToText(Look look) const {
  Table clean(columns_);
  for (const auto& row : rows_) {
    std::vector<Cell> cells;
    cells.reserve(columns_.size());
    for (const Cell& cell : row) cells.emplace_back(Printable(cell.text), cell.tone);
    cells.resize(columns_.size(), Cell(""));
    clean.Add(std::move(cells));
  }
  const std::vector<size_t> widths = clean.Widths(look.width);
  std::string text;
  const auto write = [&](const std::vector<Cell>& cells) {
    std::string line;
    size_t plain_end = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string cut = Cut(cells[i].text, widths[i]);
      const std::string fill(widths[i] - DisplayWidth(cut), ' ');
      if (i > 0) line.append(kGap, ' ');
      if (columns_[i].right) line += fill;
      if (!cut.empty()) line += Paint(cut, cells[i].tone, look.colour);
      if (!cut.empty()) plain_end = line.size();
      if (!columns_[i].right) line += fill;
    }
    absl::StrAppend(&text, line.substr(0, plain_end), "\n");
  };
  std::vector<Cell> titles;
  titles.reserve(columns_.size());
  for (const Column& column : columns_) titles.emplace_back(column.title, Tone::kFaint);
  write(titles);
  for (const auto& row : clean.rows_) write(row);
  return text;
}

}  // namespace leadrelay::leadctl
