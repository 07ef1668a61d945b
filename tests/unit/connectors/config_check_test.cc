// What `leadctl config check` says of a file with ten different mistakes: all ten, each at its
// place, with the way out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/config.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {
namespace {

constexpr char kTenMistakes[] = R"(broker:
  adresses: ["127.0.0.1:5672"]
ingest:
  ip_hash_key: 0123456789abcdef0123456789abcdef
publishers:
  shop:
    keys:
      - sha256: abc
routes:
  - destinations: [hubspot-ue]
    when: [{path: form_nam, equals: demo}]
destinations:
  hubspot-eu:
    connector: hubspot
    timeout: 30
    settings:
      access_token: ${HUBSPOT_TOKEN}
      plan: gold
    mapping:
      First Name: first_name
      company: compny
  sales:
    connector: salesforce
    settings: {client_id: a, client_secret: "${SECRET}", login_url: "https://e.example"}
    mapping:
      CreatedDate: accepted_at
)";

TEST(ConfigCheck, NamesTenMistakesAtOnce) {
  config::Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "HUBSPOT_TOKEN" || name == "SECRET") return "secret";
    return std::nullopt;
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  const config::Config config = config::Load(kTenMistakes, environment, faults);
  for (const config::Destination& destination : config.destinations) {
    (void)FindConnector(destination.connector)
        ->configure({destination.name, destination.settings, destination.mapping});
  }
  std::vector<std::string> places;
  for (const config::Fault& fault : faults.all()) places.push_back(fault.path);
  EXPECT_THAT(places,
              testing::UnorderedElementsAre("broker.adresses",
                                            "ingest.ip_hash_key",
                                            "publishers.shop.keys[0].sha256",
                                            "routes[0].destinations",
                                            "routes[0].when[0].path",
                                            "destinations.hubspot-eu.timeout",
                                            "destinations.hubspot-eu.settings.plan",
                                            "destinations.hubspot-eu.mapping.First Name",
                                            "destinations.hubspot-eu.mapping.company",
                                            "destinations.sales.mapping.CreatedDate"))
      << faults.ToText("leadrelay.yaml");
}

}  // namespace
}  // namespace leadrelay::delivery
