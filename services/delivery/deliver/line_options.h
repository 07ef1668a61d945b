#pragma once
// LineOptions: how a destination is spoken to, from its configuration and its connector's facts:
// the same for the delivery service and for leadctl, which spends from the same rate windows. Pure.

#include "common/config/config.h"
#include "common/http/client.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/throttle/gate.h"

namespace leadrelay::delivery {

http::SendOptions SendOptionsFor(const config::Destination& destination);

// The configured concurrency, or fewer where the CRM takes fewer calls at a time.
int ConcurrencyOf(const config::Destination& destination, const Connector& connector);

// A client of the destination's own, with a connection for each request under way.
http::ClientOptions ClientOptionsFor(const config::Destination& destination,
                                     const Connector& connector);

// The configured limits, or else the connector's.
GateOptions GateOptionsFor(const config::Destination& destination, const Connector& connector);

}  // namespace leadrelay::delivery
