#pragma once
// The installation of the test program: all services, a destination `steady` at the sandbox,
// `unreachable` where nobody listens, and one for each of the CRMs that misbehave.

#include <string>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {

// Started by the first who asks.
Stack& TheStack();
void StopTheStack();

// How the one delivery of a destination that nothing else was sent to ended: "delivered", or
// "dead exhausted: why".
std::string EndAt(const std::string& destination);

// Leads still arrive at `steady`, and in its books.
void ExpectOthersFlow();

}  // namespace leadrelay::e2e
