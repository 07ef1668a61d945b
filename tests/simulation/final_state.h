#pragma once
// JudgeFinalState: what must hold once nothing is going to happen any more.
//
//   - no message is left in any queue, and none is parked;
//   - every delivery that was accepted is in the ledger, once, and has ended; the books balance;
//   - every replay has ended, each of its letters once;
//   - what counts as delivered is at the CRM, and nothing is there twice;
//   - no window of a CRM was ever exceeded.

#include <set>
#include <string>

#include "tests/simulation/delivery_process.h"
#include "tests/simulation/ledger_process.h"

namespace leadrelay::simulation {

// Dead letters that can be replayed.
int64_t OpenLetters(const Stage& stage);

void JudgeFinalState(Surroundings& around,
                     const LedgerProcess& ledger,
                     const std::set<std::string>& accepted);

}  // namespace leadrelay::simulation
