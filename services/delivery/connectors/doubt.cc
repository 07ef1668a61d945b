#include "services/delivery/connectors/doubt.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {

absl::Time EarliestRecordOf(const Job& job) {
  return job.accepted_at - absl::Minutes(7);
}

void PutInDoubt(Job& job) {
  job.unknown = true;
  job.doubt_age = absl::ZeroDuration();
}

bool NothingThere(Job& job, absl::Duration search_lag, std::string_view crm, int status) {
  if (!job.unknown) return true;
  if (job.doubt_age >= search_lag) {
    job.unknown = false;
    return true;
  }
  job.outcome = Outcome::Retry(absl::StrCat("an earlier attempt may have made the record, and the "
                                            "search of ",
                                            std::string(crm),
                                            " does not show it yet"),
                               status);
  job.outcome->retry_after = search_lag - job.doubt_age;
  return false;
}

}  // namespace leadrelay::delivery
