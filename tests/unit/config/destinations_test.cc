#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Destination> LoadDestinations(std::string_view text) {
  Faults faults;
  Config config = Load(text, {}, faults);
  EXPECT_THAT(FaultLines(faults), IsEmpty()) << text;
  return config.destinations;
}

std::vector<std::string> DestinationFaults(const std::string& members) {
  return LoadFaults("destinations:\n  crm: {connector: webhook, " + members + "}\n");
}

TEST(Destinations, HaveDefaults) {
  const std::vector<Destination> destinations =
      LoadDestinations("destinations: {crm: {connector: hubspot}}");
  ASSERT_EQ(destinations.size(), 1u);
  const Destination& crm = destinations[0];
  EXPECT_EQ(crm.name, "crm");
  EXPECT_EQ(crm.connector, "hubspot");
  EXPECT_FALSE(crm.consent_required);
  EXPECT_FALSE(crm.mark_synced);
  EXPECT_EQ(crm.concurrency, 16);
  EXPECT_EQ(crm.batch_size, 0);
  EXPECT_EQ(crm.linger, absl::Milliseconds(20));
  EXPECT_EQ(crm.timeout, absl::Seconds(30));
  EXPECT_FALSE(crm.allow_private_addresses);
  EXPECT_EQ(crm.limits, std::nullopt);
  EXPECT_THAT(crm.retry.ladder,
              ElementsAre(absl::Minutes(1),
                          absl::Minutes(5),
                          absl::Minutes(15),
                          absl::Minutes(30),
                          absl::Hours(1)));
  EXPECT_EQ(crm.retry.jitter, 0.1);
  EXPECT_EQ(crm.retry.max_age, absl::Hours(75));
  EXPECT_EQ(crm.breaker.failures, 5);
  EXPECT_EQ(crm.breaker.open, absl::Seconds(30));
  EXPECT_EQ(crm.breaker.max_open, absl::Minutes(10));
}

TEST(Destinations, ReadEverything) {
  std::vector<Destination> destinations = LoadDestinations(R"(
destinations:
  crm:
    connector: hubspot
    consent_required: true
    mark_synced: true
    concurrency: 4
    batch_size: 50
    linger: 0s
    timeout: 10s
    allow_private_addresses: true
    limits:
      - {requests: 100, per: 10s}
      - {requests: 4, per: 1s, scope: search}
      - {name: daily, requests: 250000, per: 1d}
    retry: {ladder: [10s, 1m], jitter: 0, max_age: 1d}
    breaker: {failures: 3, open: 1m, max_open: 1h}
    settings: {anything: goes}
    mapping: {email: email}
)");
  ASSERT_EQ(destinations.size(), 1u);
  Destination& crm = destinations[0];
  EXPECT_TRUE(crm.consent_required);
  EXPECT_TRUE(crm.mark_synced);
  EXPECT_EQ(crm.concurrency, 4);
  EXPECT_EQ(crm.batch_size, 50);
  EXPECT_EQ(crm.linger, absl::ZeroDuration());
  EXPECT_EQ(crm.timeout, absl::Seconds(10));
  EXPECT_TRUE(crm.allow_private_addresses);
  ASSERT_TRUE(crm.limits.has_value());
  EXPECT_THAT(*crm.limits,
              ElementsAre(RateWindow{"10s", 100, absl::Seconds(10), ""},
                          RateWindow{"search-1s", 4, absl::Seconds(1), "search"},
                          RateWindow{"daily", 250000, absl::Hours(24), ""}));
  EXPECT_THAT(crm.retry.ladder, ElementsAre(absl::Seconds(10), absl::Minutes(1)));
  EXPECT_EQ(crm.retry.jitter, 0);
  EXPECT_EQ(crm.retry.max_age, absl::Hours(24));
  EXPECT_EQ(crm.breaker.failures, 3);
  EXPECT_EQ(crm.breaker.open, absl::Minutes(1));
  EXPECT_EQ(crm.breaker.max_open, absl::Hours(1));
  EXPECT_EQ(crm.settings.Text("anything"), "goes");
  EXPECT_EQ(crm.mapping.Text("email"), "email");
  EXPECT_EQ(crm.settings.path(), "destinations.crm.settings");
}

TEST(Destinations, NoLimitsAreNotTheConnectorsOwn) {
  const std::vector<Destination> destinations =
      LoadDestinations("destinations: {crm: {connector: webhook, limits: []}}");
  ASSERT_TRUE(destinations[0].limits.has_value());
  EXPECT_THAT(*destinations[0].limits, IsEmpty());
}

TEST(Destinations, ALongOpenTimeIsItsOwnMaximum) {
  const std::vector<Destination> destinations =
      LoadDestinations("destinations: {crm: {connector: webhook, breaker: {open: 1h}}}");
  EXPECT_EQ(destinations[0].breaker.max_open, absl::Hours(1));
}

TEST(Destinations, RefuseWhatCannotWork) {
  struct Case {
    std::string members;
    std::vector<std::string> faults;
  };
  const std::string at = "2: destinations.crm.";
  const std::vector<Case> cases = {
      {"concurrency: 0", {at + "concurrency: \"0\" is out of range: 1 to 1024"}},
      {"timeout: 30",
       {at + "timeout: \"30\" is not a duration: write whole numbers with their "
             "units, such as 250ms, 10s, 5m, 1h30m, 2d"}},
      {"limits: [{}]",
       {at + "limits[0].requests: is required",
        at + "limits[0].per: is required, for example 10s"}},
      {"limits: [{requests: 1, per: 10s}, {requests: 2, per: 10s}]",
       {at + "limits[1].name: is the name of an earlier window"}},
      {"limits: {requests: 1, per: 10s}",
       {at + "limits: has to be a list of sections, each of which begins with `- `"}},
      {"retry: {ladder: [0s]}", {at + "retry.ladder[0]: \"0s\" is out of range: 10ms to 1d"}},
      {"retry: {jitter: 2}", {at + "retry.jitter: \"2\" is out of range: 0 to 1"}},
      {"retry: {max_age: 8d}",
       {at + "retry.max_age: is longer than delivery.done_ttl (7d): a copy of a lead could come "
             "after its delivery is forgotten, and be delivered again"}},
      {"breaker: {open: 1m, max_open: 30s}", {at + "breaker.max_open: is shorter than open"}},
      {"settngs: {}", {at + "settngs: unknown key; did you mean \"settings\"?"}},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(DestinationFaults(c.members), testing::ElementsAreArray(c.faults)) << c.members;
  }
}

// Ingest does not know the connectors, and has none of their secrets.
TEST(Destinations, SettingsAreNotReadByTheLoader) {
  EXPECT_THAT(DestinationFaults("settings: {token: literal, x: \"${ABSENT}\"}"), IsEmpty());
}

TEST(Destinations, AConnectorReportsToTheFaultsOfTheLoad) {
  Faults faults;
  Config config =
      Load("destinations:\n  crm:\n    connector: webhook\n    settings:\n      token: literal\n",
           {},
           faults);
  ASSERT_TRUE(faults.empty());
  (void)config.destinations[0].settings.Secret("token");
  EXPECT_EQ(faults.all().size(), 1u);
  EXPECT_EQ(config.faults.all(), faults.all());
}

}  // namespace
}  // namespace leadrelay::config
