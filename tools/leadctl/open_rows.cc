#include "tools/leadctl/open_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::leadctl {
namespace {

bool IsPassing(int status) {
  return status == 0 || status == 408 || status == 409 || status == 425 || status == 429 ||
         status >= 500;
}

void Reject(const Row& row, int status, const json::Value& problem, RowCounts& counts) {
  json::Writer writer;
  writer.StartObject().Member("row", row.number);
  if (row.line > 0) writer.Member("line", row.line);
  writer.Member("idempotency_key", row.key).Member("status", status);
  if (row.fault.empty()) {
    writer.Member("title", problem.Find("title").StringOr(""));
    if (problem.Find("detail").exists()) writer.Member("detail", problem.Find("detail"));
    if (problem.Find("errors").exists()) writer.Member("errors", problem.Find("errors"));
  } else {
    writer.Member("title", "The row cannot be read").Member("detail", row.fault);
  }
  writer.EndObject();
  absl::StrAppend(&counts.rejected_lines, writer.Take(), "\n");
  ++counts.rejected;
}

}  // namespace

OpenRows::OpenRows(std::vector<Row> rows) : most_(std::max<size_t>(rows.size(), 1)) {
  for (Row& row : rows) {
    if (row.fault.empty()) {
      rows_.push_back(std::move(row));
    } else {
      Reject(row, 0, json::Value(), counts);
    }
  }
}

size_t OpenRows::Asked() const {
  return std::min(most_, rows_.size());
}

std::string OpenRows::Body() const {
  std::string body;
  for (size_t i = 0; i < Asked(); ++i) absl::StrAppend(&body, rows_[i].item, "\n");
  return body;
}

OpenRows::Step OpenRows::Take(const http::Response& answer) {
  if (IsPassing(answer.status)) return {Next::kWait, false};
  const absl::StatusOr<json::Document> document = json::Document::Parse(answer.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (answer.status == 200) return TakeItems(body.Find("items"));
  if (answer.status != 413) return {Next::kRefused, false};
  if (Asked() > 1) {
    most_ = (Asked() + 1) / 2;
    return {Next::kSend, false};
  }
  Reject(rows_.front(), answer.status, body, counts);
  rows_.erase(rows_.begin());
  return {Next::kSend, true};
}

OpenRows::Step OpenRows::TakeItems(const json::Value& items) {
  const size_t asked = Asked();
  if (items.size() != asked) return {Next::kNotIngest, false};
  std::vector<Row> open;
  for (size_t i = 0; i < asked; ++i) {
    const json::Value item = items.At(i);
    const auto status = static_cast<int>(item.Find("status").Int64Or(0));
    if (status == 202) {
      ++counts.accepted;
      if (item.Find("replayed").BoolOr(false)) ++counts.replayed;
    } else if (IsPassing(status)) {
      open.push_back(std::move(rows_[i]));
    } else {
      Reject(rows_[i], status, item.Find("problem"), counts);
    }
  }
  const Step step = {open.empty() ? Next::kSend : Next::kWait, open.size() < asked};
  std::move(rows_.begin() + static_cast<ptrdiff_t>(asked), rows_.end(), std::back_inserter(open));
  rows_ = std::move(open);
  return step;
}

}  // namespace leadrelay::leadctl
