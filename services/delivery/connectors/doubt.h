#pragma once
// Doubt: what an earlier attempt may have made, in CRMs whose search is behind their records. Pure.

#include <string_view>

#include "absl/time/time.h"

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

// A record is the lead's own only when it was made no earlier than this, by the CRM's clock.  That
// clock and ingest's may differ, by two minutes; and a publisher that gets no answer sends the lead
// again, for some five, each time accepted anew.
absl::Time EarliestRecordOf(const Job& job);

// What this very attempt did may be there, whatever it knew of earlier ones.
void PutInDoubt(Job& job);

// After a look that found nothing.  True: it is not there, the doubt is over, create it.  False:
// what may be there can be younger than `search_lag`, by which the search of `crm` may be behind,
// so the job was put off for the rest of it.  `status`: of the answer to the look.
bool NothingThere(Job& job, absl::Duration search_lag, std::string_view crm, int status);

}  // namespace leadrelay::delivery
