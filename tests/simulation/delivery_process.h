#pragma once
// DeliveryProcess: one leadrelay-delivery of the world, between ports.  Can be terminated, which it
// obeys, and killed, after which the world does not hear of it any more.

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/coro/scope.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "services/delivery/process.h"
#include "tests/simulation/broker/broker_ports.h"
#include "tests/simulation/crm/http_port.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/redis/redis_port.h"
#include "tests/simulation/stage.h"

namespace leadrelay::simulation {

// Where a process lives.
struct Surroundings {
  Stage& stage;
  Agenda& agenda;
  Journal& journal;
  Random& random;
  const Faults& faults;
  RedisServer& redis;
  Broker& broker;
  std::map<std::string, std::unique_ptr<Crm>>& crms;
  Invariants& invariants;
  const std::vector<std::string>& destinations;
};

class DeliveryProcess {
 public:
  DeliveryProcess(Surroundings around, std::string name);
  ~DeliveryProcess();
  DeliveryProcess(const DeliveryProcess&) = delete;
  DeliveryProcess& operator=(const DeliveryProcess&) = delete;

  Host& host() { return host_; }
  RedisPort& redis() { return redis_; }
  InletPort& inlet() { return inlet_; }
  OutletPort& outlet() { return outlet_; }

  void Terminate();
  void Kill();
  bool terminating() const { return stop_.stop_requested(); }
  bool ended() const { return ended_; }

 private:
  coro::Task<void> Main();
  delivery::ProcessPorts PortsOf();
  std::unique_ptr<http::Sender> OpenHttp(const std::string& destination);

  Surroundings around_;
  Host host_;
  RedisPort redis_;
  InletPort inlet_;
  OutletPort outlet_;
  std::vector<HttpPort*> http_;  // The process's.
  observe::Metrics metrics_;
  observe::Health health_;
  std::unique_ptr<delivery::Process> process_;
  coro::Scope main_;
  std::stop_source stop_;
  absl::Duration told_to_stop_;
  bool ended_ = false;
};

}  // namespace leadrelay::simulation
