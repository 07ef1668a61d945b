#pragma once
// Rows: the leads of a file, one at a time, as items of a batch request.  Pure: the text is the
// caller's, and nothing but the row that is asked for is copied (a JSON array is parsed whole).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace leadrelay::leadctl {

enum class Format { kCsv, kLines, kJson };

struct Row {
  int64_t number = 0;  // 1-based, the header not counted.
  int64_t line = 0;    // Where it begins; 0 in a JSON array.
  std::string key;     // Its idempotency key: its own, or derived.
  std::string item;    // {"idempotency_key": ..., "lead": {...}}
  std::string fault;   // Not empty: it cannot be sent, and why.
  friend bool operator==(const Row&, const Row&) = default;
};

class Rows {
 public:
  virtual ~Rows() = default;
  virtual std::optional<Row> Next() = 0;
  virtual size_t offset() const = 0;  // Bytes read so far.
  virtual std::vector<std::string> UnknownColumns() const { return {}; }
};

struct RowOptions {
  Format format = Format::kCsv;
  char delimiter = '\0';   // Of CSV; none: guessed from the header.
  std::string key_column;  // Of CSV.
  std::string digest;      // Of the file: what keys are derived from.
};

// `text` must outlive the rows.  InvalidArgument: the header or the JSON document is not usable.
absl::StatusOr<std::unique_ptr<Rows>> ReadRows(std::string_view text, const RowOptions& options);

// By the name's end: .csv, .ndjson or .jsonl, .json.
std::optional<Format> FormatOf(std::string_view path);

// The same file and row always have the same key: sent again, the lead is still one.
std::string DerivedKey(const std::string& digest, int64_t row);

}  // namespace leadrelay::leadctl
