#pragma once
// A connector as a destination's YAML configures it.

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

// For the messages of failed comparisons.
void PrintTo(const Outcome& outcome, std::ostream* out);

}  // namespace leadrelay::delivery

namespace leadrelay::test {

struct Configured {
  std::unique_ptr<const delivery::Connector> connector;
  std::string faults;  // "f:2: settings.url: is required\n"
};

// `yaml` has the keys settings and mapping.  The environment has TOKEN, SECRET, OLD_SECRET and BAD,
// which has a line break in it.
Configured ConfigureFrom(std::string_view connector,
                         std::string_view yaml,
                         bool mark_synced = false);

// A batch of jobs "l0", "l1" ... with these leads, for the destination "test".
struct Leads {
  explicit Leads(const std::vector<std::string>& texts);
  std::vector<json::Document> documents;
  delivery::Batch batch;
};

inline constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

}  // namespace leadrelay::test
