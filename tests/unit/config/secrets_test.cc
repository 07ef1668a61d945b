#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr char kHowTo[] =
    "is a secret and may not stand in this file: put it into an environment variable and write "
    "${NAME}, or into a file and write ${file:/run/secrets/name}";

class Secrets : public testing::Test {
 protected:
  Section Parse(std::string_view text) { return Section::Parse(text, environment_, faults_); }

  Environment environment_ =
      FixedEnvironment({{"TOKEN", "tiger"}, {"EMPTY", ""}}, {{"/run/secrets/token", "lion\n"}});
  Faults faults_;
};

TEST_F(Secrets, ComeFromTheEnvironmentAndFromFiles) {
  Section root = Parse("a: ${TOKEN}\nb: \"${file:/run/secrets/token}\"\nempty: ''\n");
  EXPECT_EQ(root.Secret("a"), "tiger");
  EXPECT_EQ(root.RequiredSecret("a"), "tiger");
  EXPECT_EQ(root.RequiredSecret("b"), "lion");
  EXPECT_EQ(root.Secret("empty", "fallback"), "");
  EXPECT_EQ(root.Secret("absent", "fallback"), "fallback");
  EXPECT_THAT(FaultLines(faults_), ElementsAre());
}

TEST_F(Secrets, WrittenIntoTheFileAreRefusedAndNotRepeated) {
  for (const char* text : {"a: hunter2",
                           "a: \"hunter2\"",
                           "a: hunter2${TOKEN}",
                           "a: [hunter2]",
                           "a: {b: hunter2}",
                           "a: $${hunter2}",
                           "a: ${hunter2 x}",
                           "a: ${hunter2"}) {
    Faults faults;
    Section root = Section::Parse(text, environment_, faults);
    EXPECT_EQ(root.Secret("a"), "") << text;
    EXPECT_EQ(root.RequiredSecret("a"), "") << text;
    root.CheckSecret("a");
    EXPECT_THAT(FaultLines(faults), ElementsAre(absl::StrCat("1: a: ", kHowTo))) << text;
  }
}

TEST_F(Secrets, ThatAreMissingAreNamed) {
  Section root = Parse("a: ${ABSENT}\nb: ${file:/absent}\nc: ${EMPTY}\n");
  EXPECT_EQ(root.Secret("a"), "");
  EXPECT_EQ(root.RequiredSecret("b"), "");
  EXPECT_EQ(root.RequiredSecret("c"), "");
  EXPECT_EQ(root.RequiredSecret("d"), "");
  EXPECT_THAT(
      FaultLines(faults_),
      ElementsAre("0: d: is required: write ${NAME} for an environment variable or ${file:PATH}",
                  "1: a: the environment variable ABSENT is not set",
                  "2: b: the file /absent cannot be read",
                  "3: c: ${EMPTY} is empty"));
}

TEST_F(Secrets, AreConcealedInWhatIsShown) {
  Section root = Parse("a: ${TOKEN}\nchild: {b: \"${file:/run/secrets/token}\"}\nc: ${TOKEN}\n");
  EXPECT_EQ(root.Conceal("tiger"), "tiger") << "nobody has asked for it as a secret";
  EXPECT_EQ(root.Text("c"), "tiger");
  root.Secret("a");
  root.Child("child").Secret("b");
  root.Secret("absent", "a");
  EXPECT_EQ(root.Conceal("https://example.com/tiger/lion?a=tiger"),
            "https://example.com/${TOKEN}/${file:/run/secrets/token}?a=${TOKEN}");
  EXPECT_EQ(Section().Conceal("tiger"), "tiger");
}

TEST_F(Secrets, OfAnotherProgramAreNotLookedUp) {
  Section root = Parse("a: ${ABSENT}\n");
  root.CheckSecret("a");
  root.CheckSecret("b");
  root.RefuseUnknownKeys();
  EXPECT_THAT(FaultLines(faults_), ElementsAre());
}

// Each process has only its own secrets in its environment.
TEST(LoadSecrets, AreLookedUpForTheirReaderOnly) {
  const std::string text = R"(
broker: {password: "${BROKER}"}
redis: {password: "${REDIS}"}
ingest: {ip_hash_key: "${IP_KEY}"}
dlq: {operator_token: "${OPERATOR}"}
destinations:
  crm:
    connector: webhook
    settings: {token: "${CRM}"}
)";
  const std::string broker = "2: broker.password: the environment variable BROKER is not set";
  const std::string redis = "3: redis.password: the environment variable REDIS is not set";
  const std::string ip = "4: ingest.ip_hash_key: the environment variable IP_KEY is not set";
  const std::string token = "5: dlq.operator_token: the environment variable OPERATOR is not set";
  EXPECT_THAT(LoadFaults(text, {}, Reader::kEverything), ElementsAre(broker, redis, ip, token));
  EXPECT_THAT(LoadFaults(text, {}, Reader::kIngest), ElementsAre(broker, redis, ip));
  EXPECT_THAT(LoadFaults(text, {}, Reader::kDelivery), ElementsAre(broker, redis));
  EXPECT_THAT(LoadFaults(text, {}, Reader::kDlq), ElementsAre(broker, redis, token));
  EXPECT_THAT(LoadFaults(text, {}, Reader::kNobody), ElementsAre());
}

TEST(LoadSecrets, MustBeWrittenAsSecretsForEveryReader) {
  const std::string text =
      "broker: {password: p}\nredis: {password: p}\n"
      "ingest: {ip_hash_key: p}\ndlq: {operator_token: p}\n";
  for (const Reader reader :
       {Reader::kEverything, Reader::kIngest, Reader::kDelivery, Reader::kDlq, Reader::kNobody}) {
    EXPECT_THAT(LoadFaults(text, {}, reader),
                ElementsAre(absl::StrCat("1: broker.password: ", kHowTo),
                            absl::StrCat("2: redis.password: ", kHowTo),
                            absl::StrCat("3: ingest.ip_hash_key: ", kHowTo),
                            absl::StrCat("4: dlq.operator_token: ", kHowTo)));
  }
}

TEST(LoadSecrets, NoFaultRepeatsOne) {
  const Environment environment = FixedEnvironment({{"KEY", "hunter2"}});
  Faults faults;
  (void)Load(R"(
name: ${KEY}
broker: {addresses: "${KEY}:x", heartbeat: "${KEY}", password: hunter2}
redis: {address: "${KEY}:x", database: "${KEY}"}
log: {level: "${KEY}"}
ingest: {listen: "${KEY}", ip_hash_key: "${KEY}"}
delivery: {rungs: ["${KEY}"]}
publishers:
  site:
    keys: [{sha256: "${KEY}"}]
    origins: ["${KEY}"]
    phone_region: ${KEY}
forms:
  contact: {publisher: site, success_url: "${KEY}", fields: {mail: "${KEY}."}}
destinations:
  crm: {connector: webhook, limits: [{requests: "${KEY}", per: "${KEY}"}]}
)",
             environment,
             faults);
  EXPECT_GE(faults.all().size(), 14u);
  EXPECT_THAT(faults.ToText("leadrelay.yaml"), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace leadrelay::config
