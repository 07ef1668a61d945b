#pragma once
// LineOptions: how a destination is spoken to, from its configuration and its connector's facts: the
// same for the delivery service and for leadctl, which spends from the same rate windows.  Pure.

#include <cstddef>
#include <cstdint>

#include "common/config/config.h"
#include "common/http/client.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/throttle/gate.h"

namespace leadrelay::delivery {

http::SendOptions SendOptionsFor(const config::Destination& destination);

// The configured concurrency, or fewer where the CRM takes fewer calls at a time.
int ConcurrencyOf(const config::Destination& destination, const Connector& connector);

// The configured limits, or else the connector's.
GateOptions GateOptionsFor(const config::Destination& destination, const Connector& connector);

// How many leads a batch may have.  A configured batch_size bounds both.
struct BatchSizes {
  size_t usual = 1;
  size_t bulk_from = SIZE_MAX;  // With this many waiting, a batch is a bulk one.
  size_t bulk = 1;
  size_t Of(size_t waiting) const { return waiting >= bulk_from ? bulk : usual; }
  friend bool operator==(const BatchSizes&, const BatchSizes&) = default;
};
BatchSizes BatchSizesOf(const config::Destination& destination, const Connector& connector);

// Messages in hand at most.  While a bulk batch is out, the configured number goes on beside it.
uint16_t PrefetchOf(int configured,
                    const config::Destination& destination,
                    const Connector& connector);

}  // namespace leadrelay::delivery
