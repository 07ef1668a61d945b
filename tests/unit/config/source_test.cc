#include "common/config/source.h"

#include <map>

#include "common/config/config.h"
#include "common/crypto/crypto.h"
#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using Variables = std::map<std::string, std::string>;
using testing::ElementsAre;
using testing::IsEmpty;

Environment With(Variables variables, Variables files = {}) {
  const auto look_up = [](const Variables& in) {
    return [in](const std::string& name) -> std::optional<std::string> {
      const auto found = in.find(name);
      return found == in.end() ? std::nullopt : std::optional(found->second);
    };
  };
  return {look_up(std::move(variables)), look_up(std::move(files))};
}

std::vector<std::string> NamesOf(const Config& config) {
  std::vector<std::string> names;
  for (const Destination& destination : config.destinations) {
    EXPECT_EQ(destination.name, destination.connector);
    names.push_back(destination.name);
  }
  return names;
}

TEST(FindSource, PrefersTheFile) {
  const Environment environment =
      With({{"HUBSPOT_ACCESS_TOKEN", "t"}}, {{"leadrelay.yaml", "name: mine\n"}});
  const absl::StatusOr<Source> source = FindSource("leadrelay.yaml", environment);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->name, "leadrelay.yaml");
  EXPECT_EQ(source->text, "name: mine\n");
}

TEST(FindSource, AFileThatWasNamedHasToBeThere) {
  EXPECT_EQ(FindSource("other.yaml", With({{"HUBSPOT_ACCESS_TOKEN", "t"}})).status(),
            absl::NotFoundError("cannot read the configuration file other.yaml"));
}

TEST(FindSource, TakesEveryCrmOfTheEnvironment) {
  const absl::StatusOr<Source> source = FindSource("leadrelay.yaml",
                                                   With({{"HUBSPOT_ACCESS_TOKEN", "t"},
                                                         {"PIPEDRIVE_API_TOKEN", "t"},
                                                         {"PIPEDRIVE_DOMAIN", "example"},
                                                         {"CLOSE_API_KEY", "k"},
                                                         {"SF_CLIENT_ID", "c"},
                                                         {"SF_USERNAME", "u@example.com"},
                                                         {"SF_PRIVATE_KEY_PATH", "sf.key"},
                                                         {"SF_INSTANCE_URL", "https://e.example"},
                                                         {"ZAPIER_WEBHOOK_URL", "https://z"},
                                                         {"MAKE_WEBHOOK_URL", "https://m"},
                                                         {"CRM_WEBHOOK_URL", "https://c"}},
                                                        {{"sf.key", "pem"}}));
  ASSERT_EQ(source.status(), absl::OkStatus());
  EXPECT_EQ(source->name, "the environment");
  Faults faults;
  const Config config = Load(source->text, source->environment, faults);
  EXPECT_THAT(FaultLines(faults), IsEmpty());
  EXPECT_THAT(
      NamesOf(config),
      ElementsAre("hubspot", "pipedrive", "close", "salesforce", "zapier", "make", "webhook"));
  Section salesforce = config.FindDestination("salesforce")->settings;
  EXPECT_EQ(salesforce.Secret("private_key"), "pem");
  EXPECT_EQ(salesforce.Text("base_url"), "https://e.example");
  // Nothing but loopback, with the key for this machine.
  EXPECT_EQ(config.ingest.listen.host, "127.0.0.1");
  ASSERT_EQ(config.publishers.size(), 1u);
  EXPECT_EQ(config.publishers[0].keys[0].sha256, crypto::Hex(crypto::Sha256(kLocalApiKey)));
  EXPECT_GE(config.ingest.ip_hash_key.size(), 32u);
}

TEST(FindSource, LeadrelaysOwnVariables) {
  const absl::StatusOr<Source> source =
      FindSource("leadrelay.yaml",
                 With({{"HUBSPOT_ACCESS_TOKEN", "t"},
                       {"LEADRELAY_API_KEY", "lrk_website_x"},
                       {"LEADRELAY_LISTEN", "0.0.0.0:80"},
                       {"LEADRELAY_BROKER", "broker:5672"},
                       {"LEADRELAY_BROKER_VIRTUAL_HOST", "leads"},
                       {"LEADRELAY_BROKER_PASSWORD", "secret"},
                       {"LEADRELAY_REDIS", "redis:6379"},
                       {"LEADRELAY_REDIS_PASSWORD", "other"},
                       {"LEADRELAY_DELIVERY_LISTEN", "127.0.0.1:81"},
                       {"LEADRELAY_DLQ_LISTEN", "0.0.0.0:82"},
                       {"LEADRELAY_OPERATOR_TOKEN", "operators"},
                       {"LEADRELAY_DATABASE", "/data/ledger.db"},
                       {"LEADRELAY_IP_HASH_KEY", std::string(32, 'k')}}));
  ASSERT_EQ(source.status(), absl::OkStatus());
  Faults faults;
  const Config config = Load(source->text, source->environment, faults);
  EXPECT_THAT(FaultLines(faults), IsEmpty());
  EXPECT_EQ(config.ingest.listen.host, "0.0.0.0");
  EXPECT_EQ(config.broker.addresses[0].host, "broker");
  EXPECT_EQ(config.broker.virtual_host, "leads");
  EXPECT_EQ(config.broker.password, "secret");
  EXPECT_EQ(config.redis.password, "other");
  EXPECT_EQ(config.delivery.listen.port, 81);
  EXPECT_EQ(config.dlq.listen.port, 82);
  EXPECT_EQ(config.dlq.operator_token, "operators");
  EXPECT_EQ(config.dlq.database, "/data/ledger.db");
  EXPECT_EQ(config.ingest.ip_hash_key, std::string(32, 'k'));
  EXPECT_EQ(config.publishers[0].keys[0].sha256, crypto::Hex(crypto::Sha256("lrk_website_x")));
}

// As compose has it: a variable that nobody has set is passed on as an empty one.
TEST(FindSource, AnEmptyVariableIsNone) {
  const auto text_of = [](const Variables& variables) {
    return FindSource("leadrelay.yaml", With(variables))->text;
  };
  EXPECT_EQ(text_of({{"CLOSE_API_KEY", "k"},
                     {"ZAPIER_WEBHOOK_URL", ""},
                     {"LEADRELAY_LISTEN", ""},
                     {"LEADRELAY_BROKER", ""},
                     {"LEADRELAY_IP_HASH_KEY", ""}}),
            text_of({{"CLOSE_API_KEY", "k"}}));
}

TEST(FindSource, AWebhookOfThisMachineMayBePlainHttp) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"http://127.0.0.1:5678/hook", true},
      {"http://localhost:5678/hook", true},
      {"http://[::1]:5678/hook", true},
      {"http://[::1]", true},
      {"https://localhost/hook", true},
      {"https://crm.example/hook?x=127.0.0.1", false},
      {"https://localhost.crm.example/hook", false},
      {"https://127.0.0.1@crm.example/hook", false},
      {"https://127.0.0.1:80@crm.example/hook", false},
  };
  for (const auto& [url, local] : cases) {
    const absl::StatusOr<Source> source =
        FindSource("leadrelay.yaml", With({{"CRM_WEBHOOK_URL", url}}));
    ASSERT_EQ(source.status(), absl::OkStatus()) << url;
    Faults faults;
    const Config config = Load(source->text, source->environment, faults);
    EXPECT_THAT(FaultLines(faults), IsEmpty()) << url;
    EXPECT_EQ(config.destinations[0].allow_private_addresses, local) << url;
    Section settings = config.destinations[0].settings;
    EXPECT_EQ(settings.Bool("allow_http", false), local) << url;
    EXPECT_EQ(settings.Text("url"), url);
  }
}

TEST(FindSource, Contradictions) {
  const std::vector<std::pair<Variables, absl::Status>> cases = {
      {{},
       absl::NotFoundError(
           "there is no leadrelay.yaml, and no CRM's credential in the environment "
           "(HUBSPOT_ACCESS_TOKEN, PIPEDRIVE_API_TOKEN, CLOSE_API_KEY, SF_CLIENT_ID, "
           "ZAPIER_WEBHOOK_URL, MAKE_WEBHOOK_URL, CRM_WEBHOOK_URL)")},
      {{{"MAKE_WEBHOOK_URL", "http://10.0.0.5/hook"}},
       absl::InvalidArgumentError(
           "MAKE_WEBHOOK_URL is plain http to another machine: use https, or write a "
           "leadrelay.yaml, where a destination can have allow_http: true")},
      {{{"CRM_WEBHOOK_URL", "http://127.0.0.1@crm.example/"}},
       absl::InvalidArgumentError(
           "CRM_WEBHOOK_URL is plain http to another machine: use https, or write a "
           "leadrelay.yaml, where a destination can have allow_http: true")},
      {{{"PIPEDRIVE_API_TOKEN", "t"}},
       absl::InvalidArgumentError(
           "the environment has a part of what pipedrive needs: also set PIPEDRIVE_DOMAIN")},
      {{{"CLOSE_API_KEY", "k"}, {"LEADRELAY_LISTEN", "0.0.0.0:80"}},
       absl::InvalidArgumentError("LEADRELAY_LISTEN needs a LEADRELAY_API_KEY: `leadctl key new "
                                  "--publisher website` makes one")},
      {{{"SF_CLIENT_ID", "c"}, {"SF_USERNAME", "u"}, {"SF_PRIVATE_KEY_PATH", "a\"b"}},
       absl::InvalidArgumentError("SF_PRIVATE_KEY_PATH is no usable path")},
  };
  for (const auto& [variables, status] : cases) {
    EXPECT_EQ(FindSource("leadrelay.yaml", With(variables)).status(), status);
  }
}

// Replicas with the same environment hash addresses alike; another credential makes another key.
TEST(FindSource, DerivesTheSameKeyFromTheSameEnvironment) {
  const auto key_of = [](const std::string& token) {
    const absl::StatusOr<Source> source =
        FindSource("leadrelay.yaml", With({{"HUBSPOT_ACCESS_TOKEN", token}}));
    Faults faults;
    return Load(source->text, source->environment, faults).ingest.ip_hash_key;
  };
  EXPECT_EQ(key_of("a"), key_of("a"));
  EXPECT_NE(key_of("a"), key_of("b"));
}

}  // namespace
}  // namespace leadrelay::config
