#include "services/delivery/deliver/line_options.h"

namespace leadrelay::delivery {

http::SendOptions SendOptionsFor(const config::Destination& destination) {
  http::SendOptions options;
  options.timeout = destination.timeout;
  options.allow_private_addresses = destination.allow_private_addresses;
  return options;
}

GateOptions GateOptionsFor(const config::Destination& destination, const Connector& connector) {
  return GateOptions{destination.name,
                     destination.limits.value_or(connector.DefaultLimits()),
                     destination.breaker};
}

}  // namespace leadrelay::delivery
