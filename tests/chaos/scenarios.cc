#include "tests/chaos/scenarios.h"

#include <utility>

namespace leadrelay::chaos {
namespace {

Scenario Make(std::string name,
              std::string what,
              std::vector<FaultKind> kinds,
              int64_t faults,
              int64_t leads) {
  Scenario scenario;
  scenario.name = name;
  scenario.what = std::move(what);
  scenario.run.name = std::move(name);
  scenario.run.plan.kinds = std::move(kinds);
  scenario.run.plan.faults = faults;
  scenario.run.leads = leads;
  return scenario;
}

std::vector<Scenario> MakeAll() {
  using enum FaultKind;
  std::vector<Scenario> all;
  all.push_back(Make("kill", "kill -9 of a random service", {kKill}, 20, 10'000));
  all.push_back(
      Make("terminate", "SIGTERM of a service: drains, ends with 0", {kTerminate}, 8, 6000));
  all.push_back(Make("broker-kill", "kill -9 of the broker, and restart", {kBrokerKill}, 3, 4000));
  all.push_back(
      Make("broker-alarm", "the broker's memory alarm, and its end", {kBrokerAlarm}, 3, 3000));
  all.push_back(Make("redis-kill", "kill -9 of Redis, and restart", {kRedisKill}, 8, 6000));
  all.push_back(Make("redis-flush", "FLUSHALL", {kRedisFlush}, 12, 6000));
  all.push_back(Make("cut", "a link refuses for a while", {kCut}, 14, 7000));
  all.push_back(Make("drop", "the connections of a link break", {kDrop}, 14, 7000));
  all.push_back(Make("stall", "a link carries nothing for a while", {kStall}, 14, 7000));
  all.push_back(Make("slow", "a link is late and narrow", {kSlow}, 14, 7000));
  all.push_back(
      Make("lost-answers", "CRMs do the work and do not answer", {kLostAnswers}, 10, 6000));
  all.push_back(Make("poison", "messages that nobody can read", {kPoison}, 12, 4000));
  all.push_back(Make("disk-refuses", "the ledger's disk takes no write", {kDiskRefuses}, 6, 4000));
  all.push_back(Make("disk-full", "the ledger's disk is full", {kDiskFull}, 4, 4000));
  all.back().run.world.small_disk = true;
  all.push_back(
      Make("memory", "Redis forgets, processes die", {kRedisFlush, kKill, kDrop}, 24, 10'000));
  all.push_back(Make("mixed", "faults of every kind", {}, 40, 20'000));
  return all;
}

}  // namespace

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> all = MakeAll();
  return all;
}

const Scenario& ShortScenario() {
  // One fault of every kind, and a few more.
  static const Scenario short_one = Make("short", "faults of every kind, a few", {}, 16, 4000);
  return short_one;
}

}  // namespace leadrelay::chaos
