#include "tests/simulation/scenario.h"

namespace leadrelay::simulation {
namespace {

// Most schedules have few kinds of trouble, so that each is seen alone and with every other.
double Some(Random& random, double most) {
  return random.Chance(0.3) ? most * random.Unit() : 0;
}

int Few(Random& random) {
  return random.Chance(0.2) ? 1 + static_cast<int>(random.Below(2)) : 0;
}

Faults FaultsOf(Random& random) {
  Faults faults;
  faults.redis_connection_breaks = Some(random, 0.1);
  faults.redis_is_slow = Some(random, 0.2);
  faults.publish_is_lost = Some(random, 0.2);
  faults.publish_is_refused = Some(random, 0.3);
  faults.confirm_is_late = Some(random, 0.2);
  faults.consumer_breaks = Some(random, 0.2);
  faults.expires_twice = Some(random, 0.3);
  faults.accepted_twice = Some(random, 0.5);
  faults.not_reached = Some(random, 0.4);
  faults.connects_first = Some(random, 0.5);
  faults.reset_before = Some(random, 0.3);
  faults.reset_after = Some(random, 0.4);
  faults.slow_reply = Some(random, 0.3);
  faults.error_before = Some(random, 0.4);
  faults.error_after = Some(random, 0.3);
  faults.malformed = Some(random, 0.3);
  faults.throttled = Some(random, 0.3);
  return faults;
}

}  // namespace

Scenario ScenarioOf(Random& random, const std::vector<std::string>& destinations) {
  Scenario scenario;
  scenario.destinations.push_back(random.Pick(destinations));
  if (random.Chance(0.2)) {
    const std::string& other = random.Pick(destinations);
    if (other != scenario.destinations.front()) scenario.destinations.push_back(other);
  }
  scenario.leads = 1 + static_cast<int>(random.Below(5));
  scenario.delivery_processes = 1 + static_cast<int>(random.Below(3));
  scenario.publishing = random.Between(absl::ZeroDuration(), absl::Seconds(30));
  scenario.trouble = random.Between(absl::Seconds(5), absl::Minutes(6));
  scenario.faults = FaultsOf(random);
  scenario.kills = Some(random, 0.03);
  scenario.stalls = Some(random, 0.01);
  scenario.terminations = Few(random);
  scenario.redis_flushes = Few(random);
  scenario.redis_fail_overs = Few(random);
  scenario.redis_outages = Few(random);
  scenario.broker_outages = Few(random);
  // A bucket that forgets while its clock steps back is not bound: decision 0006 leaves that out.
  const bool forgets = scenario.redis_flushes > 0 || scenario.redis_fail_overs > 0;
  scenario.redis_clock_steps = forgets ? 0 : Few(random);
  scenario.wall_clock_jumps = Few(random);
  scenario.token_expiries = Few(random);
  scenario.replays = Few(random);
  scenario.discards = random.Chance(0.1) ? 1 : 0;
  scenario.refuses_one = random.Chance(0.2);
  scenario.unreadable = random.Chance(0.05);
  // What left late has to be told before the shortest window has passed (decision 0006).
  if (scenario.stalls > 0 || scenario.faults.redis_is_slow > 0 || scenario.redis_outages > 0) {
    scenario.faults.connects_first = 0;
  }
  return scenario;
}

}  // namespace leadrelay::simulation
