#include "services/delivery/map/lead_facts.h"

namespace leadrelay::delivery {

std::string FormatInstant(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

}  // namespace leadrelay::delivery
