#pragma once
// The header in which Close says how much room is left:
//   RateLimit: limit=100, remaining=50, reset=5
// Pure.  `reset` is seconds from now and may be a fraction; semicolons were seen for commas.  Of
// 500 live answers none had the header, so it is never relied upon.

#include <optional>

#include "absl/time/time.h"

#include "common/http/message.h"

namespace leadrelay::delivery::close {

struct RateLimit {
  std::optional<int64_t> remaining;
  std::optional<absl::Duration> reset;
};

RateLimit ReadRateLimit(const http::Response& response);

}  // namespace leadrelay::delivery::close
