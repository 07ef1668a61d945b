#include "tests/simulation/stage.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/lead/topology.h"
#include "services/dlq/ledger/schema.h"
#include "tests/simulation/crm/shared_connector.h"

namespace leadrelay::simulation {
namespace {

// Short ladders, so that a schedule sees the end of them; narrow windows, so that they are full.
constexpr const char* kConfiguration = R"yaml(
delivery:
  grace: 10s
  token_key: ${TOKEN_KEY}
destinations:
  hooks:
    connector: webhook
    timeout: 5s
    concurrency: 2
    limits:
      - {requests: 2, per: 1s}
      - {requests: 8, per: 10s}
    retry: {ladder: [5s, 30s, 2m]}
    breaker: {failures: 3, open: 5s, max_open: 20s}
    settings:
      url: http://crm.example/hooks/hooks
      allow_http: true
  hubspot:
    connector: hubspot
    timeout: 5s
    concurrency: 2
    batch_size: 3
    limits:
      - {requests: 5, per: 1s}
    retry: {ladder: [5s, 30s, 2m]}
    breaker: {failures: 4, open: 5s, max_open: 20s}
    settings:
      base_url: http://crm.example
      allow_http: true
      client_id: sandbox-client
      client_secret: ${CLIENT_SECRET}
      refresh_token: ${REFRESH_TOKEN}
      deal_key_property: leadrelay_id
  pipedrive:
    connector: pipedrive
    timeout: 5s
    concurrency: 2
    limits: []
    retry: {ladder: [5s, 30s, 2m]}
    breaker: {failures: 0}
    settings:
      base_url: http://crm.example/pipedrive
      allow_http: true
      company_domain: sandbox
      api_token: ${PIPEDRIVE_TOKEN}
  close:
    connector: close
    timeout: 5s
    concurrency: 2
    limits: []
    retry: {ladder: [5s, 30s, 2m]}
    breaker: {failures: 3, open: 5s, max_open: 20s}
    settings:
      base_url: http://crm.example/close
      allow_http: true
      api_key: ${CLOSE_KEY}
      search_lag: 3s
  salesforce:
    connector: salesforce
    timeout: 5s
    concurrency: 2
    batch_size: 3
    limits:
      - {requests: 5, per: 1s}
    retry: {ladder: [5s, 30s, 2m]}
    breaker: {failures: 4, open: 5s, max_open: 20s}
    settings:
      login_url: http://crm.example/salesforce
      base_url: http://crm.example/salesforce
      allow_http: true
      client_id: sandbox-consumer
      client_secret: ${SANDBOX_SECRET}
      key_field: Delivery_Key__c
      activity_key_field: Delivery_Key__c
)yaml";

std::optional<std::string> SecretOf(const std::string& name) {
  static const std::map<std::string, std::string> secrets = {
      {"TOKEN_KEY", std::string(32, 'k')},
      {"CLIENT_SECRET", "sandbox-secret"},
      {"REFRESH_TOKEN", "sandbox-refresh"},
      {"CLOSE_KEY", "api_sandbox.key"},
      {"SANDBOX_SECRET", "sandbox-secret"},
      {"PIPEDRIVE_TOKEN", "sandbox-pipedrive-token"},
  };
  const auto found = secrets.find(name);
  return found == secrets.end() ? std::nullopt : std::optional(found->second);
}

config::Config LoadConfiguration() {
  config::Environment environment;
  environment.variable = SecretOf;
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  return config::Load(kConfiguration, environment, faults, config::Reader::kDelivery);
}

std::shared_ptr<dlq::LedgerTables> OpenTables() {
  auto tables = std::make_shared<dlq::LedgerTables>();
  for (std::unique_ptr<dlq::Database>* each : {&tables->write, &tables->read}) {
    absl::StatusOr<std::unique_ptr<dlq::Database>> database =
        dlq::Database::Open(":memory:", dlq::Database::Mode::kReadWrite);
    if (!database.ok() || !dlq::Migrate(**database).ok()) std::abort();
    *each = *std::move(database);
  }
  return tables;
}

}  // namespace

Stage::Stage() : config_(LoadConfiguration()), tables_(OpenTables()) {
  configured_ = delivery::ConfigureDestinations(config_, {}, config_.faults);
  if (!config_.faults.empty()) {
    std::fputs(config_.faults.ToText("simulation").c_str(), stderr);
    std::abort();
  }
  topology_ = lead::BuildTopology(destinations(), config_.delivery.rungs);
  for (std::unique_ptr<sandbox::System>& system : sandbox::AllSystems()) {
    const std::string name(system->name());
    for (const config::Destination& destination : config_.destinations) {
      if (destination.connector == name) systems_[name] = std::move(system);
    }
  }
}

void Stage::Clear() {
  for (auto& [name, system] : systems_) system->Reset();
  for (const char* table : {"marks",
                            "replay_items",
                            "replays",
                            "dead_letters",
                            "attempts",
                            "deliveries",
                            "leads",
                            "books",
                            "sqlite_sequence"}) {
    tables_->write->Execute(std::string("DELETE FROM ") + table);
  }
  if (!tables_->write->TakeError().ok()) std::abort();
}

std::vector<std::string> Stage::destinations() const {
  std::vector<std::string> names;
  names.reserve(config_.destinations.size());
  for (const config::Destination& each : config_.destinations) names.push_back(each.name);
  return names;
}

std::vector<delivery::ConfiguredDestination> Stage::Lend(
    const std::vector<std::string>& names) const {
  std::vector<delivery::ConfiguredDestination> lent;
  for (const delivery::ConfiguredDestination& each : configured_) {
    if (std::ranges::find(names, each.destination->name) == names.end()) continue;
    delivery::ConfiguredDestination entry;
    entry.destination = each.destination;
    entry.connector = std::make_unique<SharedConnector>(*each.connector);
    lent.push_back(std::move(entry));
  }
  return lent;
}

sandbox::System& Stage::SystemOf(const std::string& destination) {
  return *systems_.find(config_.FindDestination(destination)->connector)->second;
}

}  // namespace leadrelay::simulation
