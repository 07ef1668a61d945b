#include "common/text/csv.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::text {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
  if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

bool CsvReader::AtLineEnd() const {
  return at_ >= text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
}

void CsvReader::SkipLineEnd() {
  if (at_ >= text_.size()) return;
  at_ += text_[at_] == '\r' ? 2 : 1;
  ++line_;
}

std::string CsvReader::QuotedCell(CsvRecord& record) {
  const int64_t opened = line_;
  std::string cell;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '"') {
      if (text_.substr(at_, 2) != "\"\"") {
        ++at_;
        return cell;
      }
      ++at_;
    }
    if (text_[at_] == '\n') ++line_;
    cell.push_back(text_[at_]);
  }
  record.fault = absl::StrCat("the quote opened in line ", opened, " is never closed");
  return cell;
}

std::string CsvReader::BareCell(CsvRecord& record) {
  const size_t begin = at_;
  while (!AtLineEnd() && text_[at_] != delimiter_) {
    if (text_[at_] == '"') record.fault = "a quote inside a cell that does not begin with one";
    ++at_;
  }
  return std::string(text_.substr(begin, at_ - begin));
}

std::optional<CsvRecord> CsvReader::Next() {
  while (at_ < text_.size() && AtLineEnd()) SkipLineEnd();
  if (at_ >= text_.size()) return std::nullopt;
  CsvRecord record;
  record.line = line_;
  while (true) {
    const bool quoted = !AtLineEnd() && text_[at_] == '"';
    std::string cell = quoted ? QuotedCell(record) : BareCell(record);
    if (quoted && !AtLineEnd() && text_[at_] != delimiter_) {
      record.fault = "text after the closing quote of a cell";
      (void)BareCell(record);
    }
    record.cells.push_back(std::move(cell));
    if (AtLineEnd()) break;
    ++at_;  // The delimiter.
  }
  SkipLineEnd();
  return record;
}

char GuessDelimiter(std::string_view text) {
  char best = ',';
  int most = 0;
  for (const char candidate : {',', ';', '\t'}) {
    int count = 0;
    bool quoted = false;
    for (const char c : text) {
      if (c == '"') quoted = !quoted;
      if (c == '\n' && !quoted) break;
      if (c == candidate && !quoted) ++count;
    }
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

std::string CsvCell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell += '"';
}

}  // namespace leadrelay::text
