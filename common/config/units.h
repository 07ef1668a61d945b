#pragma once
// Durations and sizes as people write them in a configuration.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace leadrelay::config {

// "250ms", "10s", "1h30m", "2d": whole numbers with the units d, h, m, s, ms, from large to small,
// each at most once.  Nothing for anything else; a number alone has no unit.
std::optional<absl::Duration> ParseDuration(std::string_view text);
std::string DurationToText(absl::Duration duration);  // The reverse, in as few units as it takes.

// "512", "64KiB", "5MiB", "1GiB".
std::optional<int64_t> ParseBytes(std::string_view text);
std::string BytesToText(int64_t bytes);

}  // namespace leadrelay::config
