#pragma once
// Stage: what is dear to make and the same for every schedule: the configuration and its
// connectors, the CRMs, compiled scripts, the ledger's tables.  Clear() makes it as new.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/amqp/message.h"
#include "common/config/config.h"
#include "services/delivery/deliver/destinations.h"
#include "services/dlq/ledger/ledger.h"
#include "tests/sandbox/system.h"
#include "tests/simulation/redis/lua_scripts.h"

namespace leadrelay::simulation {

class Stage {
 public:
  // Aborts when the configuration has faults.
  Stage();

  void Clear();

  const config::Config& config() const { return config_; }
  const amqp::Topology& topology() const { return topology_; }
  std::vector<std::string> destinations() const;
  // For one process; only those of the named destinations.
  std::vector<delivery::ConfiguredDestination> Lend(const std::vector<std::string>& names) const;
  sandbox::System& SystemOf(const std::string& destination);
  LuaScripts& scripts() { return scripts_; }
  const std::shared_ptr<dlq::LedgerTables>& tables() const { return tables_; }

 private:
  config::Config config_;
  amqp::Topology topology_;
  std::vector<delivery::ConfiguredDestination> configured_;
  std::map<std::string, std::unique_ptr<sandbox::System>, std::less<>> systems_;
  LuaScripts scripts_;
  std::shared_ptr<dlq::LedgerTables> tables_;
};

}  // namespace leadrelay::simulation
