#pragma once
// DueMarks: which destinations are to mark a lead as synced.  Pure.

#include <set>
#include <string>
#include <vector>

#include "services/dlq/ledger/transition.h"

namespace leadrelay::dlq {

struct DestinationState {
  std::string destination;
  State state = State::kNone;
};

// `deliveries` are all of one lead; `marking` the destinations with mark_synced.  A mark is due at
// those of them that have the lead, once every other destination of the lead has it or must not
// have it, and at least one has.  Marking destinations do not wait for one another: two backup
// sheets are no CRMs.  What is due stays due: delivered and suppressed are for good.
std::vector<std::string> DueMarks(const std::vector<DestinationState>& deliveries,
                                  const std::set<std::string>& marking);

}  // namespace leadrelay::dlq
