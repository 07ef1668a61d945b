#pragma once
// Host names to addresses, for libraries that would otherwise look them up on the loop's thread.

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace leadrelay::redis {

bool IsNumericAddress(const std::string& host);

// The addresses of `host` as text, the one to try first in front.  Blocks: for a thread of its own
// (coro::Offload).  Unavailable says what the resolver said.
absl::StatusOr<std::vector<std::string>> ResolveNow(const std::string& host);

}  // namespace leadrelay::redis
