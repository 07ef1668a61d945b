#pragma once
// CSV as of RFC 4180, both ways.  Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::text {

struct CsvRecord {
  int64_t line = 0;  // Where it begins, 1-based.
  std::vector<std::string> cells;
  std::string fault;  // Not empty: it is not CSV, and why; `cells` is what was understood.
  friend bool operator==(const CsvRecord&, const CsvRecord&) = default;
};

// Records out of a text, one at a time: quoted cells with "" for a quote, line breaks inside
// quotes, CRLF or LF, a byte order mark.  Blank lines are no records.  Nothing is copied but the
// record that is asked for.
class CsvReader {
 public:
  // `text` must outlive the reader.
  explicit CsvReader(std::string_view text, char delimiter = ',');

  std::optional<CsvRecord> Next();
  size_t offset() const { return at_; }  // Bytes read so far.

 private:
  std::string QuotedCell(CsvRecord& record);
  std::string BareCell(CsvRecord& record);
  bool AtLineEnd() const;
  void SkipLineEnd();

  std::string_view text_;
  char delimiter_;
  size_t at_ = 0;
  int64_t line_ = 1;
};

// The one of , ; tab that the first line has most often outside quotes; a comma when it has none.
char GuessDelimiter(std::string_view text);

// `text` as a cell of a comma-separated record: in quotes where it needs them.
std::string CsvCell(std::string_view text);

}  // namespace leadrelay::text
