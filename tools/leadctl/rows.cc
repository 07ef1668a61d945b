#include "tools/leadctl/rows.h"

#include "absl/strings/str_cat.h"

#include "common/json/json.h"
#include "common/text/csv.h"
#include "tools/leadctl/columns.h"

namespace leadrelay::leadctl {
namespace {

using text::CsvReader;
using text::CsvRecord;
using text::GuessDelimiter;

std::string Item(const std::string& key, std::string_view lead) {
  json::Writer writer;
  writer.StartObject().Member("idempotency_key", key).Key("lead").Raw(lead).EndObject();
  return writer.Take();
}

// A value is a lead, or an item with the lead in it and perhaps a key of its own.
void Fill(Row& row, const json::Value& value, const std::string& digest) {
  row.key = DerivedKey(digest, row.number);
  if (!value.IsObject()) {
    row.fault = "is not a JSON object";
    return;
  }
  const json::Value lead = value.Find("lead");
  if (!lead.IsObject()) {
    row.item = Item(row.key, value.ToJson());
    return;
  }
  const json::Value key = value.Find("idempotency_key");
  if (value.size() != (key.exists() ? 2u : 1u)) {
    row.fault = "has members beside idempotency_key and lead";
    return;
  }
  if (key.exists()) row.key = key.StringOr("");
  if (row.key.empty()) row.fault = "idempotency_key must be a text that is not empty";
  row.item = Item(row.key, lead.ToJson());
}

class CsvRows : public Rows {
 public:
  CsvRows(CsvReader reader, Columns columns, std::string digest)
      : reader_(reader), columns_(std::move(columns)), digest_(std::move(digest)) {}

  std::optional<Row> Next() override {
    std::optional<CsvRecord> record = reader_.Next();
    if (!record.has_value()) return std::nullopt;
    Row row;
    row.number = ++number_;
    row.line = record->line;
    row.key = DerivedKey(digest_, row.number);
    row.fault = record->fault;
    if (!row.fault.empty()) return row;
    absl::StatusOr<Columns::Row> mapped = columns_.ToLead(record->cells);
    if (!mapped.ok()) {
      row.fault = std::string(mapped.status().message());
      return row;
    }
    if (!mapped->key.empty()) row.key = mapped->key;
    row.item = Item(row.key, mapped->lead);
    return row;
  }
  size_t offset() const override { return reader_.offset(); }
  std::vector<std::string> UnknownColumns() const override { return columns_.Unknown(); }

 private:
  CsvReader reader_;
  Columns columns_;
  std::string digest_;
  int64_t number_ = 0;
};

class LineRows : public Rows {
 public:
  LineRows(std::string_view text, std::string digest) : text_(text), digest_(std::move(digest)) {}

  std::optional<Row> Next() override {
    while (at_ < text_.size()) {
      const size_t end = std::min(text_.find('\n', at_), text_.size());
      const std::string_view line = text_.substr(at_, end - at_);
      at_ = std::min(end + 1, text_.size());
      ++line_;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      Row row;
      row.number = ++number_;
      row.line = line_;
      absl::StatusOr<json::Document> document = json::Document::Parse(line);
      if (document.ok()) {
        Fill(row, document->root(), digest_);
      } else {
        row.key = DerivedKey(digest_, row.number);
        row.fault = absl::StrCat("is not JSON: ", document.status().message());
      }
      return row;
    }
    return std::nullopt;
  }
  size_t offset() const override { return at_; }

 private:
  std::string_view text_;
  std::string digest_;
  size_t at_ = 0;
  int64_t line_ = 0;
  int64_t number_ = 0;
};

class ArrayRows : public Rows {
 public:
  ArrayRows(json::Document document, size_t bytes, std::string digest)
      : document_(std::move(document)), bytes_(bytes), digest_(std::move(digest)) {
    leads_ = document_.root().IsArray() ? document_.root().Elements()
                                        : std::vector<json::Value>{document_.root()};
  }

  std::optional<Row> Next() override {
    if (next_ >= leads_.size()) return std::nullopt;
    Row row;
    row.number = static_cast<int64_t>(next_) + 1;
    Fill(row, leads_[next_++], digest_);
    return row;
  }
  size_t offset() const override {
    return leads_.empty() ? bytes_ : bytes_ * next_ / leads_.size();
  }

 private:
  json::Document document_;
  size_t bytes_;
  std::string digest_;
  std::vector<json::Value> leads_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Rows>> ReadRows(std::string_view text, const RowOptions& options) {
  if (options.format == Format::kLines) {
    return std::make_unique<LineRows>(text, options.digest);
  }
  if (options.format == Format::kJson) {
    absl::StatusOr<json::Document> document = json::Document::Parse(text);
    if (!document.ok()) return document.status();
    return std::make_unique<ArrayRows>(*document, text.size(), options.digest);
  }
  CsvReader reader(text, options.delimiter == '\0' ? GuessDelimiter(text) : options.delimiter);
  std::optional<CsvRecord> header = reader.Next();
  if (!header.has_value()) return absl::InvalidArgumentError("there is no header row");
  if (!header->fault.empty()) return absl::InvalidArgumentError("header row: " + header->fault);
  absl::StatusOr<Columns> columns = Columns::Read(header->cells, options.key_column);
  if (!columns.ok()) return columns.status();
  return std::make_unique<CsvRows>(reader, *std::move(columns), options.digest);
}

std::optional<Format> FormatOf(std::string_view path) {
  if (path.ends_with(".csv")) return Format::kCsv;
  if (path.ends_with(".ndjson") || path.ends_with(".jsonl")) return Format::kLines;
  if (path.ends_with(".json")) return Format::kJson;
  return std::nullopt;
}

std::string DerivedKey(const std::string& digest, int64_t row) {
  return absl::StrCat("leadctl-", digest, "-", row);
}

}  // namespace leadrelay::leadctl
