#pragma once
// The configured destinations with their connectors.  Pure: used by delivery, and by leadctl.

#include <memory>
#include <string>
#include <vector>

#include "common/config/config.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

struct ConfiguredDestination {
  const config::Destination* destination = nullptr;  // In the Config it was made from.
  std::unique_ptr<const Connector> connector;        // Null when its configuration has faults.
};

// Configures the connectors of the named destinations, of all when `names` is empty.  Unknown names
// and connectors, and what the connectors find wrong with their settings, go to `faults`.
std::vector<ConfiguredDestination> ConfigureDestinations(const config::Config& config,
                                                         const std::vector<std::string>& names,
                                                         config::Faults& faults);

}  // namespace leadrelay::delivery
