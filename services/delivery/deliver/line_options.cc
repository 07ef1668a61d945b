#include "services/delivery/deliver/line_options.h"

#include <algorithm>

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

}  // namespace leadrelay::delivery
