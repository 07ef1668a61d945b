#include "services/delivery/deliver/line_options.h"

#include <algorithm>
#include <climits>

namespace leadrelay::delivery {

http::SendOptions SendOptionsFor(const config::Destination& destination) {
  http::SendOptions options;
  options.timeout = destination.timeout;
  options.allow_private_addresses = destination.allow_private_addresses;
  return options;
}

int ConcurrencyOf(const config::Destination& destination, const Connector& connector) {
  const int most = connector.MaxConcurrency();
  return most > 0 ? std::min(destination.concurrency, most) : destination.concurrency;
}

GateOptions GateOptionsFor(const config::Destination& destination, const Connector& connector) {
  return GateOptions{destination.name,
                     destination.limits.value_or(connector.DefaultLimits()),
                     destination.breaker};
}

BatchSizes BatchSizesOf(const config::Destination& destination, const Connector& connector) {
  const int most = destination.batch_size > 0 ? destination.batch_size : INT_MAX;
  BatchSizes sizes;
  sizes.usual = static_cast<size_t>(std::clamp(connector.MaxBatch(), 1, most));
  const BulkRange bulk = connector.Bulk();
  if (bulk.from > 0 && bulk.from <= most) {
    sizes.bulk_from = static_cast<size_t>(bulk.from);
    sizes.bulk = static_cast<size_t>(std::clamp(bulk.most, bulk.from, most));
  }
  return sizes;
}

uint16_t PrefetchOf(int configured,
                    const config::Destination& destination,
                    const Connector& connector) {
  const BatchSizes sizes = BatchSizesOf(destination, connector);
  const size_t beside = sizes.bulk_from == SIZE_MAX ? 0 : sizes.bulk;
  return static_cast<uint16_t>(
      std::min<size_t>(static_cast<size_t>(configured) + beside, UINT16_MAX));
}

}  // namespace leadrelay::delivery
