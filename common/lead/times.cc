#include "common/lead/times.h"

#include <algorithm>

#include "common/status/abseil.h"

namespace leadrelay::lead {

namespace {

// As far as the seconds: Abseil also reads "infinite-future", white space around, and years and
// days of any length.
bool HasShape(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size()) return false;
  return std::equal(kShape.begin(), kShape.end(), text.begin(), [](char wanted, char c) {
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  });
}

// An offset may lead out of the years that can be written.
bool CanBeWritten(absl::Time time) {
  const int64_t year = absl::ToCivilYear(time, absl::UTCTimeZone()).year();
  return year >= 0 && year <= 9999;
}

}  // namespace

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

std::optional<absl::Time> FromRfc3339(std::string_view text) {
  if (!HasShape(text)) return std::nullopt;
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, ToAbsl(text), &time, nullptr)) return std::nullopt;
  if (!CanBeWritten(time)) return std::nullopt;
  return time;
}

}  // namespace leadrelay::lead
