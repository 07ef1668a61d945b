#pragma once
// LedgerProcess: one leadrelay-dlq of the world, between ports: its collector, its ledger, its
// replays.  What it has committed survives it.

#include <functional>
#include <memory>
#include <string>

#include "common/coro/scope.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "services/dlq/collect/collector.h"
#include "services/dlq/ledger/ledger.h"
#include "services/dlq/replay/runner.h"
#include "tests/simulation/broker/broker_ports.h"
#include "tests/simulation/delivery_process.h"

namespace leadrelay::simulation {

class LedgerProcess {
 public:
  LedgerProcess(Surroundings around, std::string name);
  ~LedgerProcess();
  LedgerProcess(const LedgerProcess&) = delete;
  LedgerProcess& operator=(const LedgerProcess&) = delete;

  Host& host() { return host_; }
  InletPort& inlet() { return inlet_; }
  OutletPort& outlet() { return outlet_; }

  // What operators do: replays every dead letter that is open, discards one.
  void Replay(std::string replay_id);
  void DiscardOne();

  const dlq::Books& books() const { return ledger_->books(); }

  void Terminate();
  void Kill();
  bool terminating() const { return terminating_; }
  bool ended() const { return ended_; }

 private:
  coro::Task<void> Order(std::function<absl::Status(dlq::WriteSide&)> what);
  coro::Task<void> Stop();
  void CheckBooks();

  Surroundings around_;
  Host host_;
  InletPort inlet_;
  OutletPort outlet_;
  observe::Metrics metrics_;
  observe::Health health_;
  std::unique_ptr<dlq::Ledger> ledger_;
  std::unique_ptr<dlq::Collector> collector_;
  std::unique_ptr<dlq::Runner> runner_;
  coro::Scope main_;
  bool terminating_ = false;
  bool ended_ = false;
};

}  // namespace leadrelay::simulation
