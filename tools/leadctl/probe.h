#pragma once
// Probe: asks a destination the harmless questions that its connector knows.

#include <vector>

#include "common/config/config.h"
#include "services/delivery/deliver/destinations.h"
#include "tools/leadctl/account.h"
#include "tools/leadctl/findings.h"

namespace leadrelay::leadctl {

// As they are, past the rate windows: they have to work while a destination is paused.
coro::Task<Findings> Probe(Context& context,
                           Account& account,
                           const delivery::ConfiguredDestination& entry);

// One after another.  Without Redis, what does not need a shared token is asked all the same.
coro::Task<std::vector<Findings>> ProbeAll(
    Context& context,
    const config::Config& config,
    const std::vector<const delivery::ConfiguredDestination*>& entries);

}  // namespace leadrelay::leadctl
