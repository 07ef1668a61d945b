// What CRMs let in, and how much of it is used.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "tests/bench/measurements.h"
#include "tests/bench/rates.h"

namespace leadrelay::bench {

Section MeasureRates(const Scale& scale) {
  Section section;
  section.title = "Effective rate under the CRM's own limit, with a backlog";
  for (const RateResult& result : RunRates(scale.crm)) {
    section.figures.push_back(AtLeast(
        absl::StrCat(result.crm, ", leads delivered"),
        absl::StrFormat("%.1f/s", result.used_per_second),
        result.Share(),
        0.95,
        absl::StrFormat("what is allowed: %s; %d of %d in the fullest window, %.1f leads a request",
                        result.allowed,
                        result.fullest,
                        result.limit,
                        result.leads_per_request)));
    if (result.fullest > result.limit) section.whole = false;
    MustBeNone(section, result.crm + ", refused", result.refused);
    MustBeNone(section, result.crm + ", not there once", result.missing);
  }
  return section;
}

}  // namespace leadrelay::bench
