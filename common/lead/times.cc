#include "common/lead/times.h"

#include "common/status/abseil.h"

namespace leadrelay::lead {

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

std::optional<absl::Time> FromRfc3339(std::string_view text) {
  // Abseil also reads "infinite-future", white space around, and years of any length.
  if (text.size() < 20 || text[10] != 'T') return std::nullopt;
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, ToAbsl(text), &time, nullptr)) return std::nullopt;
  return time;
}

}  // namespace leadrelay::lead
