#pragma once
// Host names to addresses, for libraries that would otherwise look them up on the loop's thread.

#include <string>

#include "absl/status/statusor.h"

namespace leadrelay::redis {

// The first address of `host`, as text.  A numeric address is returned as it is, without a look-up.
bool IsNumericAddress(const std::string& host);

// Blocks: for a thread of its own (coro::Offload).  Unavailable says what the resolver said.
absl::StatusOr<std::string> ResolveNow(const std::string& host);

}  // namespace leadrelay::redis
