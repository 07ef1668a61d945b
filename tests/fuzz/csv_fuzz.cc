// DEPS: leadrelay_text
// Any file as CSV: reading comes to an end, and what was read without a fault is written to the
// same cells.
//
// The input is one byte for the delimiter, then the file.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/text/csv.h"

namespace leadrelay::text {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckWritten(const CsvRecord& record) {
  // A record of nothing but white cells may read as a blank line, a first cell as a byte order
  // mark.
  if (record.cells.size() == 1 || record.cells[0].starts_with('\xEF')) return;
  std::string line;
  for (const std::string& cell : record.cells) {
    if (!line.empty() || &cell != &record.cells.front()) line += ',';
    line += CsvCell(cell);
  }
  const std::optional<CsvRecord> again = CsvReader(line).Next();
  Check(again.has_value() && again->fault.empty() && again->cells == record.cells);
}

void Fuzz(std::string_view input) {
  constexpr char kDelimiters[] = {',', ';', '\t'};
  const std::string text(input.substr(1));
  (void)GuessDelimiter(text);
  CsvReader reader(text, kDelimiters[static_cast<unsigned char>(input[0]) % 3]);
  size_t before = 0;
  while (const std::optional<CsvRecord> record = reader.Next()) {
    Check(!record->cells.empty());
    Check(reader.offset() > before && reader.offset() <= text.size());
    before = reader.offset();
    if (record->fault.empty()) CheckWritten(*record);
  }
}

}  // namespace
}  // namespace leadrelay::text

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) leadrelay::text::Fuzz({reinterpret_cast<const char*>(data), size});
  return 0;
}
