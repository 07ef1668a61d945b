#include "common/config/config.h"

#include "common/lead/topology.h"
#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

const std::string kKey(64, 'k');  // Long enough for ingest.ip_hash_key.

Environment TestEnvironment() {
  return FixedEnvironment({{"SECRET", "tiger"}, {"IP_KEY", kKey}, {"SHORT", "short"}});
}

Config LoadWell(std::string_view text) {
  Faults faults;
  Config config = Load(text, TestEnvironment(), faults);
  EXPECT_THAT(FaultLines(faults), ElementsAre()) << text;
  return config;
}

struct FaultCase {
  std::string text;
  std::vector<std::string> faults;
};

void ExpectFaults(const std::vector<FaultCase>& cases) {
  for (const FaultCase& c : cases) {
    EXPECT_THAT(LoadFaults(c.text, TestEnvironment()), ElementsAreArray(c.faults)) << c.text;
  }
}

TEST(Load, AnEmptyFileIsTheDefaults) {
  const Config config = LoadWell("");
  EXPECT_EQ(config.name, "leadrelay");
  EXPECT_THAT(config.broker.addresses, ElementsAre(amqp::BrokerAddress{"127.0.0.1", 5672}));
  EXPECT_EQ(config.broker.username, "guest");
  EXPECT_EQ(config.broker.password, "guest");
  EXPECT_FALSE(config.broker.tls);
  EXPECT_EQ(config.redis.port, 6379);
  EXPECT_EQ(config.log.level, "info");
  EXPECT_EQ(config.ingest.listen.port, 8080);
  EXPECT_EQ(config.ingest.spool.directory, "");
  EXPECT_EQ(config.delivery.listen.port, 8081);
  EXPECT_EQ(config.dlq.listen.port, 8082);
  EXPECT_EQ(config.delivery.rungs, lead::DefaultRungs());
  EXPECT_TRUE(config.destinations.empty());
}

TEST(Load, ReadsTheBroker) {
  const amqp::ConnectionOptions broker = LoadWell(R"(
broker:
  addresses: [rabbit-1, "rabbit-2:5673", "[::1]:5674"]
  virtual_host: leads
  username: relay
  password: ${SECRET}
  heartbeat: 20s
  connect_timeout: 2s
  tls:
    ca_file: /etc/ca.pem
    cert_file: /etc/cert.pem
    key_file: /etc/key.pem
    verify_hostname: false
)")
                                             .broker;
  EXPECT_THAT(broker.addresses,
              ElementsAre(amqp::BrokerAddress{"rabbit-1", 5671},  // With TLS, amqps' own port.
                          amqp::BrokerAddress{"rabbit-2", 5673},
                          amqp::BrokerAddress{"::1", 5674}));
  EXPECT_EQ(broker.virtual_host, "leads");
  EXPECT_EQ(broker.username, "relay");
  EXPECT_EQ(broker.password, "tiger");
  EXPECT_EQ(broker.heartbeat, absl::Seconds(20));
  EXPECT_EQ(broker.connect_timeout, absl::Seconds(2));
  EXPECT_TRUE(broker.tls);
  EXPECT_EQ(broker.tls_ca_file, "/etc/ca.pem");
  EXPECT_EQ(broker.tls_cert_file, "/etc/cert.pem");
  EXPECT_EQ(broker.tls_key_file, "/etc/key.pem");
  EXPECT_FALSE(broker.tls_verify_hostname);
}

TEST(Load, TlsCanBeSwitchedOffWithoutDeletingIt) {
  const amqp::ConnectionOptions broker =
      LoadWell("broker: {tls: {enabled: false, ca_file: /etc/ca.pem}}").broker;
  EXPECT_FALSE(broker.tls);
  EXPECT_THAT(broker.addresses, ElementsAre(amqp::BrokerAddress{"127.0.0.1", 5672}));
}

TEST(Load, RefusesAnUnusableBroker) {
  const std::string ca =
      "1: broker.tls.ca_file: is required: the authority that signed the broker's certificate";
  ExpectFaults({
      {"broker: {addresses: [\"a:b\"]}", {"1: broker.addresses: each has to be host or host:port"}},
      {"broker: {addresses: [\"amqp://a\"]}",
       {"1: broker.addresses: each has to be host or host:port"}},
      {"broker: {addresses: [\"a:0\"]}", {"1: broker.addresses: each has to be host or host:port"}},
      {"broker: {tls: {enabled: true}}", {ca}},
      {"broker: {tls: {verify_hostname: true}}", {ca}},
      {"broker: {tls: {ca_file: a, key_file: b}}",
       {"1: broker.tls: cert_file and key_file go together"}},
      {"broker: {adresses: [a]}", {"1: broker.adresses: unknown key; did you mean \"addresses\"?"}},
      {"broker: {heartbeat: 0s}", {"1: broker.heartbeat: \"0s\" is out of range: 1s to 10m"}},
  });
}

TEST(Load, ReadsRedis) {
  const redis::Options redis = LoadWell(R"(
redis: {address: "cache:6380", database: 2, username: relay, password: "${SECRET}"}
)")
                                   .redis;
  EXPECT_EQ(redis.host, "cache");
  EXPECT_EQ(redis.port, 6380);
  EXPECT_EQ(redis.database, 2);
  EXPECT_EQ(redis.username, "relay");
  EXPECT_EQ(redis.password, "tiger");
  EXPECT_EQ(LoadWell("redis: {address: cache}").redis.port, 6379);
}

TEST(Load, RefusesAnUnusableRedis) {
  ExpectFaults({
      {"redis: {address: \"redis://cache\"}", {"1: redis.address: has to be host or host:port"}},
      {"redis: {username: relay}", {"1: redis.username: is of no use without a password"}},
  });
}

TEST(Load, ReadsTheServices) {
  const Config config = LoadWell(R"(
name: staging
log: {level: debug}
ingest:
  listen: 0.0.0.0:9080
  publish_timeout: 2s
  max_lead_bytes: 32KiB
  max_batch_bytes: 1MiB
  max_batch_leads: 500
  max_unconfirmed: 100
  idempotency_ttl: 2d
  ip_hash_key: ${IP_KEY}
  spool: {directory: /var/spool/leadrelay, max_bytes: 256MiB}
delivery:
  listen: "[::]:0"
  prefetch: 50
  done_ttl: 10d
  grace: 20s
  rungs: [500ms, 2s, 1m]
dlq:
  listen: 0.0.0.0:9082
  database: /var/lib/leadrelay/ledger.db
  operator_token: ${SECRET}
  replay_per_second: 2.5
)");
  EXPECT_EQ(config.name, "staging");
  EXPECT_EQ(config.log.level, "debug");
  EXPECT_EQ(config.ingest.listen.host, "0.0.0.0");
  EXPECT_EQ(config.ingest.listen.port, 9080);
  EXPECT_EQ(config.ingest.publish_timeout, absl::Seconds(2));
  EXPECT_EQ(config.ingest.max_lead_bytes, 32 << 10);
  EXPECT_EQ(config.ingest.max_batch_bytes, 1 << 20);
  EXPECT_EQ(config.ingest.max_batch_leads, 500);
  EXPECT_EQ(config.ingest.max_unconfirmed, 100);
  EXPECT_EQ(config.ingest.idempotency_ttl, absl::Hours(48));
  EXPECT_EQ(config.ingest.ip_hash_key, kKey);
  EXPECT_EQ(config.ingest.spool.directory, "/var/spool/leadrelay");
  EXPECT_EQ(config.ingest.spool.max_bytes, 256 << 20);
  EXPECT_EQ(config.delivery.listen.host, "::");
  EXPECT_EQ(config.delivery.listen.port, 0);
  EXPECT_EQ(config.delivery.prefetch, 50);
  EXPECT_EQ(config.delivery.done_ttl, absl::Hours(240));
  EXPECT_EQ(config.delivery.grace, absl::Seconds(20));
  EXPECT_THAT(config.delivery.rungs,
              ElementsAre(absl::Milliseconds(500), absl::Seconds(2), absl::Minutes(1)));
  EXPECT_EQ(config.dlq.listen.host, "0.0.0.0");
  EXPECT_EQ(config.dlq.database, "/var/lib/leadrelay/ledger.db");
  EXPECT_EQ(config.dlq.operator_token, "tiger");
  EXPECT_EQ(config.dlq.replay_per_second, 2.5);
}

TEST(Load, RefusesUnusableServices) {
  const std::string listen = " has to be host:port, for example 0.0.0.0:8080 or [::]:8080";
  const std::string ip_key =
      "1: ingest.ip_hash_key: is required: visitors' addresses are kept as keyed hashes only; give "
      "${NAME} or ${file:PATH} of what `openssl rand -hex 32` prints";
  const std::string ascend = "1: delivery.rungs: have to ascend, each longer than the one before";
  const std::string first =
      "1: delivery.rungs: the first has to be 1s or less: it is how finely a wait can end";
  const std::string token =
      "1: dlq.operator_token: is required when listen is not a loopback address: whoever reaches "
      "the operators' API could read and replay leads";
  ExpectFaults({
      {"delivery: {listen: \":8080\"}", {"1: delivery.listen:" + listen}},
      {"delivery: {listen: \"8080\"}", {"1: delivery.listen:" + listen}},
      {"ingest: {max_batch_leads: 5}", {ip_key}},
      {"ingest: {ip_hash_key: \"${SHORT}\"}",
       {"1: ingest.ip_hash_key: is shorter than 32 bytes; `openssl rand -hex 32` makes a good "
        "one"}},
      {"ingest: {spool: {directory: spool}, ip_hash_key: \"${IP_KEY}\"}",
       {"1: ingest.spool.directory: has to be an absolute path, on a disk that outlives the "
        "process: "
        "in a container, on a volume"}},
      {"ingest: {spool: {max_bytes: 1GiB}, ip_hash_key: \"${IP_KEY}\"}",
       {"1: ingest.spool.max_bytes: means nothing without `directory`: there is no spool"}},
      {"ingest: {max_lead_bytes: 1MiB, max_batch_bytes: 1KiB, ip_hash_key: \"${IP_KEY}\"}",
       {"1: ingest.max_batch_bytes: is smaller than max_lead_bytes"}},
      {"delivery: {rungs: []}", {first}},
      {"delivery: {rungs: [5s, 10s]}", {first}},
      {"delivery: {rungs: [1s, 10s, 5s]}", {ascend}},
      {"delivery: {rungs: [1s, 5s, 5s]}", {ascend}},
      {"delivery: {grace: 1s}", {"1: delivery.grace: \"1s\" is out of range: 5s to 5m"}},
      {"dlq: {listen: 0.0.0.0:8082}", {token}},
      {"log: {level: verbose}",
       {"1: log.level: \"verbose\" is not one of debug, info, warning, error"}},
  });
}

TEST(Load, IngestNeedsItsKeyEvenWithoutASection) {
  EXPECT_EQ(LoadFaults("", {}, Reader::kIngest).size(), 1u);
  EXPECT_EQ(LoadFaults("", {}, Reader::kDelivery).size(), 0u);
}

TEST(Load, FindsPartsByName) {
  const Config config = LoadWell(R"(
publishers: {site: {amqp: true}}
forms: {contact: {publisher: site, success_url: "https://www.example.com/thanks"}}
destinations: {crm: {connector: webhook}}
)");
  EXPECT_EQ(config.FindPublisher("site"), &config.publishers[0]);
  EXPECT_EQ(config.FindForm("contact"), &config.forms[0]);
  EXPECT_EQ(config.FindDestination("crm"), &config.destinations[0]);
  EXPECT_EQ(config.FindPublisher("crm"), nullptr);
  EXPECT_EQ(config.FindForm("crm"), nullptr);
  EXPECT_EQ(config.FindDestination("site"), nullptr);
}

TEST(Load, ReportsEveryPartAtOnce) {
  ExpectFaults({{R"(brokr: {}
redis: {address: ""}
publishers:
  Site: {amqp: true}
destinations:
  crm: {}
routes:
  - destinations: [cmr]
)",
                 {"1: brokr: unknown key; did you mean \"broker\"?",
                  "4: publishers.Site: a name has 1 to 64 characters out of a-z, 0-9 and -",
                  "6: destinations.crm.connector: is required",
                  "8: routes[0].destinations: there is no destination \"cmr\"; did you mean "
                  "\"crm\"?"}}});
}

TEST(Load, ATextThatIsNoYamlIsOneFault) {
  ExpectFaults({{"a: [", {"1: : not valid YAML: end of sequence flow not found"}}});
}

}  // namespace
}  // namespace leadrelay::config
