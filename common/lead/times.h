#pragma once
// Points in time as our documents write them: RFC 3339 in UTC with milliseconds,
// "2026-03-01T09:30:00.250Z".  Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace leadrelay::lead {

// Down to the millisecond.  Finite times only.
std::string Rfc3339(absl::Time time);

// Any RFC 3339 time of the years 0000 to 9999 in UTC, with any offset and any number of decimals:
// what is read can be written again.
std::optional<absl::Time> FromRfc3339(std::string_view text);

}  // namespace leadrelay::lead
