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
#include "tools/leadctl/open_rows.h"
#include "tools/leadctl/settings.h"

namespace leadrelay::leadctl {

struct BatchResult {
  RowCounts counts;
  std::optional<Failure> failure;  // The batch has no answer, and sending must end.
};

class BatchSender {
 public:
  BatchSender(Context& context, Endpoint endpoint, absl::Duration patience);

  coro::Task<BatchResult> Send(std::vector<Row> rows, std::stop_token stop);

 private:
  coro::Task<http::SendResult> Post(std::string body, std::stop_token stop);
  // For `status` 0 `why` is the transport's reason, otherwise what the problem document says.
  Failure Refused(const std::string& why, int status) const;
  bool OutOfPatience() const;

  Context& context_;
  Endpoint endpoint_;
  absl::Duration patience_;
  absl::Duration last_answer_;  // By the monotonic clock: when any batch last got on.
};

}  // namespace leadrelay::leadctl
