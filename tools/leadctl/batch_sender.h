#pragma once
// BatchSender: rows as POST /v1/leads:batch, again and again until each has a final answer.  What
// is refused for now (429, 503, 409 in flight, a lost connection) is repeated with the same keys
// after Retry-After or a growing pause; a batch that is too large for ingest is halved.  Loop
// thread only.

#include <optional>
#include <string>
#include <vector>

#include "common/coro/task.h"
#include "tools/leadctl/context.h"
#include "tools/leadctl/rows.h"
#include "tools/leadctl/settings.h"

namespace leadrelay::leadctl {

struct BatchResult {
  int64_t accepted = 0;
  int64_t replayed = 0;  // Of these: accepted before.
  int64_t rejected = 0;
  std::string rejected_lines;      // {"row", "line", "status", "title", "errors"}, one a line.
  std::optional<Failure> failure;  // The batch has no answer, and sending must end.
};

class BatchSender {
 public:
  BatchSender(Context& context, Endpoint endpoint, absl::Duration patience);

  coro::Task<BatchResult> Send(std::vector<Row> rows, std::stop_token stop);

 private:
  struct Attempt;
  coro::Task<Attempt> Try(std::vector<Row> rows, std::stop_token stop);

  Context& context_;
  Endpoint endpoint_;
  absl::Duration patience_;
  absl::Duration last_answer_;  // By the monotonic clock: when any batch last got on.
};

}  // namespace leadrelay::leadctl
