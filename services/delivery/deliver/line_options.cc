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

http::ClientOptions ClientOptionsFor(const config::Destination& destination,
                                     const Connector& connector) {
  http::ClientOptions options;
  options.max_connections = ConcurrencyOf(destination, connector);
  options.max_connections_per_host = options.max_connections;
  return options;
}

GateOptions GateOptionsFor(const config::Destination& destination, const Connector& connector) {
  return GateOptions{destination.name,
                     destination.limits.value_or(connector.DefaultLimits()),
                     destination.breaker};
}

}  // namespace leadrelay::delivery
