#include "services/delivery/process.h"

#include <map>
#include <utility>

#include "common/coro/scope.h"
#include "common/observe/log.h"

namespace leadrelay::delivery {
namespace {

// What is left of the grace period for the verdicts once requests have been cut: a slow Redis may
// take three seconds for the gate and the claims.
constexpr absl::Duration kSettleTime = absl::Seconds(4);

std::vector<std::unique_ptr<Lane>> MakeLanes(const ProcessPorts& ports,
                                             const LaneServices& services,
                                             std::vector<ConfiguredDestination> served) {
  std::vector<std::unique_ptr<Lane>> lanes;
  lanes.reserve(served.size());
  for (ConfiguredDestination& entry : served) {
    std::unique_ptr<http::Sender> http = ports.open_http(*entry.destination, *entry.connector);
    lanes.push_back(std::make_unique<Lane>(
        services, *entry.destination, std::move(entry.connector), std::move(http)));
  }
  return lanes;
}

std::vector<Lane*> AllOf(const std::vector<std::unique_ptr<Lane>>& lanes) {
  std::vector<Lane*> all;
  all.reserve(lanes.size());
  for (const std::unique_ptr<Lane>& lane : lanes) all.push_back(lane.get());
  return all;
}

std::map<std::string, Lane*> ByDestination(const std::vector<Lane*>& lanes) {
  std::map<std::string, Lane*> by_name;
  for (Lane* lane : lanes) by_name[lane->name()] = lane;
  return by_name;
}

}  // namespace

Process::Process(ProcessPorts ports,
                 const config::Delivery& settings,
                 std::string owner,
                 std::vector<ConfiguredDestination> served)
    : ports_(std::move(ports)),
      grace_(settings.grace),
      claims_(ports_.timers.loop(), ports_.redis, std::move(owner), settings.done_ttl),
      outcomes_(ports_.timers, ports_.outlet),
      settlement_(ports_.timers,
                  ports_.outlet,
                  outcomes_,
                  settings.rungs,
                  {[this](const amqp::DeliveryTag& tag) { ports_.inlet.Ack(tag); },
                   [this](const amqp::DeliveryTag& tag) { ports_.inlet.Reject(tag); }}),
      owned_lanes_(MakeLanes(ports_,
                             LaneServices{ports_.timers,
                                          ports_.redis,
                                          claims_,
                                          settlement_,
                                          ports_.metrics,
                                          ports_.health,
                                          settings.token_key,
                                          ports_.chance},
                             std::move(served))),
      lanes_(AllOf(owned_lanes_)),
      intake_(ports_.timers, settlement_, ByDestination(lanes_)) {}

coro::Task<void> Process::WarmClaims(std::stop_token stop) {
  (void)co_await claims_.Warm(std::move(stop));
}

coro::Task<void> Process::Run(std::stop_token stop) {
  coro::Timers& timers = ports_.timers;
  std::stop_source sending;
  std::stop_source finishing;
  coro::Scope lanes(timers.loop());
  coro::Scope background(timers.loop());
  for (Lane* lane : lanes_) lanes.Spawn(lane->Run(stop, sending.get_token()));
  background.Spawn(outcomes_.Run(finishing.get_token()));
  background.Spawn(WarmClaims(stop));

  (void)co_await timers.Sleep(absl::InfiniteDuration(), stop);
  co_await ports_.inlet.StopConsuming();
  {
    coro::Timers::Alarm cut(timers, grace_ - kSettleTime, [&sending] {
      observe::Warning("cutting the requests that are still under way");
      sending.request_stop();
    });
    co_await lanes.Join();
  }
  co_await claims_.Close();
  intake_.RequestStop();
  co_await intake_.Join();
  finishing.request_stop();
  co_await background.Join();
}

}  // namespace leadrelay::delivery
