#include "common/lead/topology.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace leadrelay::lead {
namespace {

using std::string_literals::operator""s;

const std::vector<absl::Duration>& Rungs() {
  static const std::vector<absl::Duration> rungs = {absl::Seconds(5), absl::Minutes(1)};
  return rungs;
}

TEST(TopologyTest, IsDeclaredLikeThis) {
  const amqp::Table plain = {{"x-queue-type", "quorum"s}};
  const auto limited = [](const std::string& dead_queue) {
    return amqp::Table{{"x-queue-type", "quorum"s},
                       {"x-delivery-limit", int64_t{20}},
                       {"x-dead-letter-exchange", "leads"s},
                       {"x-dead-letter-routing-key", dead_queue},
                       {"x-dead-letter-strategy", "at-least-once"s},
                       {"x-overflow", "reject-publish"s}};
  };
  const auto rung = [](int64_t ms) {
    return amqp::Table{{"x-queue-type", "quorum"s},
                       {"x-message-ttl", ms},
                       {"x-dead-letter-exchange", "leads.return"s},
                       {"x-dead-letter-strategy", "at-least-once"s},
                       {"x-overflow", "reject-publish"s}};
  };
  amqp::Topology expected;
  expected.exchanges = {{"leads.unrouted", "fanout", ""},
                        {"leads", "direct", ""},
                        {"leads.inbound", "fanout", ""},
                        {"leads.delay", "topic", ""},
                        {"leads.return", "topic", "leads.unrouted"}};
  expected.queues = {{"leads.parking", plain},
                     {"leads.ledger", plain},
                     {"leads.dead", plain},
                     {"leads.rejected", plain},
                     {"leads.inbound", limited("leads.rejected")},
                     {"deliver.crm-eu", limited("leads.dead")},
                     {"deliver.sheet", limited("leads.dead")},
                     {"delay.5s", rung(5'000)},
                     {"delay.1m", rung(60'000)}};
  expected.bindings = {{"leads.unrouted", "leads.parking", ""},
                       {"leads", "leads.ledger", "leads.ledger"},
                       {"leads", "leads.dead", "leads.dead"},
                       {"leads", "leads.rejected", "leads.rejected"},
                       {"leads.inbound", "leads.inbound", ""},
                       {"leads", "deliver.crm-eu", "deliver.crm-eu"},
                       {"leads.return", "deliver.crm-eu", "*.deliver.crm-eu"},
                       {"leads", "deliver.sheet", "deliver.sheet"},
                       {"leads.return", "deliver.sheet", "*.deliver.sheet"},
                       {"leads.delay", "delay.5s", "5s.#"},
                       {"leads.delay", "delay.1m", "1m.#"}};
  EXPECT_EQ(BuildTopology({"crm-eu", "sheet"}, Rungs()), expected);
}

TEST(TopologyTest, NamesDeliverQueues) {
  EXPECT_EQ(DeliverQueue("crm-eu"), "deliver.crm-eu");
  EXPECT_EQ(DestinationOf("deliver.crm-eu"), "crm-eu");
  for (const std::string other : {"", "deliver", "leads.dead", "delay.5s", "xdeliver.a"}) {
    EXPECT_EQ(DestinationOf(other), "") << other;
  }
}

TEST(TopologyTest, NamesRungs) {
  EXPECT_EQ(RungName(absl::Milliseconds(250)), "250ms");
  EXPECT_EQ(RungName(absl::Milliseconds(1500)), "1500ms");
  EXPECT_EQ(RungName(absl::Seconds(90)), "90s");
  EXPECT_EQ(RungName(absl::Hours(48)), "48h");
  std::string names;
  for (const absl::Duration rung : DefaultRungs()) names += RungName(rung) + " ";
  EXPECT_EQ(names, "1s 5s 15s 1m 5m 15m 30m 1h 6h ");
  EXPECT_EQ(DelayRoutingKey(absl::Minutes(15), "crm-eu"), "15m.deliver.crm-eu");
}

TEST(TopologyTest, ChoosesTheLongestRungThatIsNotLate) {
  struct Case {
    absl::Duration wait;
    absl::Duration rung;
  };
  const std::vector<Case> cases = {
      {absl::ZeroDuration(), absl::Seconds(1)},
      {-absl::Hours(1), absl::Seconds(1)},
      {absl::Milliseconds(999), absl::Seconds(1)},
      {absl::Seconds(1), absl::Seconds(1)},
      {absl::Milliseconds(4999), absl::Seconds(1)},
      {absl::Seconds(5), absl::Seconds(5)},
      {absl::Seconds(59), absl::Seconds(15)},
      {absl::Minutes(1), absl::Minutes(1)},
      {absl::Hours(5), absl::Hours(1)},
      {absl::Hours(6), absl::Hours(6)},
      {absl::Hours(100), absl::Hours(6)},
      {absl::InfiniteDuration(), absl::Hours(6)},
  };
  for (const Case& c : cases) EXPECT_EQ(ChooseRung(DefaultRungs(), c.wait), c.rung) << c.wait;
  EXPECT_EQ(ChooseRung({absl::Hours(1), absl::Seconds(2)}, absl::Minutes(1)), absl::Seconds(2))
      << "in any order";
}

}  // namespace
}  // namespace leadrelay::lead
