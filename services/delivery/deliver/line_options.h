#pragma once
// How a destination's configuration reads for what a conversation speaks through: the same for the
// delivery service and for leadctl, which spends from the same rate windows.  Pure.

#include "common/config/config.h"
#include "common/http/client.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/throttle/gate.h"

namespace leadrelay::delivery {

http::SendOptions SendOptionsFor(const config::Destination& destination);
// Requests in flight: as configured, but no more than the CRM takes at a time.
int ConcurrencyOf(const config::Destination& destination, const Connector& connector);
GateOptions GateOptionsFor(const config::Destination& destination, const Connector& connector);

}  // namespace leadrelay::delivery
