#pragma once
// OpenRows: the rows of one batch that have no final answer yet, and the count of those that have.
// Pure: requests come out as text, answers go in as values.

#include <cstdint>
#include <string>
#include <vector>

#include "common/http/message.h"
#include "common/json/json.h"
#include "tools/leadctl/rows.h"

namespace leadrelay::leadctl {

struct RowCounts {
  int64_t accepted = 0;
  int64_t replayed = 0;  // Of these: accepted before.
  int64_t rejected = 0;
  std::string rejected_lines;  // {"row", "line", "status", "title", "errors"}, one a line.
  friend bool operator==(const RowCounts&, const RowCounts&) = default;
};

class OpenRows {
 public:
  enum class Next {
    kSend,       // Rows that were not asked for yet, or fewer at once: now.
    kWait,       // The same rows again, later.
    kRefused,    // No row can be sent: the key, the path.
    kNotIngest,  // The answer is not one to a batch.
  };
  struct Step {
    Next next = Next::kSend;
    bool settled = false;  // At least one row has its final answer.
    friend bool operator==(const Step&, const Step&) = default;
  };

  // Rows that cannot be read are rejected at once.
  explicit OpenRows(std::vector<Row> rows);

  bool empty() const { return rows_.empty(); }
  // The body of the next request: as many rows as the server takes at once, one a line.
  std::string Body() const;
  // What the answer to Body() means.
  Step Take(const http::Response& answer);

  RowCounts counts;

 private:
  size_t Asked() const;
  Step TakeItems(const json::Value& items);

  std::vector<Row> rows_;
  size_t most_;  // At once: halved when that was too large.
};

}  // namespace leadrelay::leadctl
