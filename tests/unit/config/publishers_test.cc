#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const std::string kHashA(64, 'a');
const std::string kHashB(64, 'b');
const std::string kHashC(64, 'c');

Config LoadWell(std::string_view text) {
  Faults faults;
  Config config = Load(text, {}, faults);
  EXPECT_THAT(FaultLines(faults), IsEmpty()) << text;
  return config;
}

TEST(Publishers, ReadEverything) {
  const Config config = LoadWell(absl::StrCat(R"(
publishers:
  site:
    keys:
      - {sha256: )",
                                              std::string(64, 'A'),
                                              R"(, note: "2026-03, shop backend"}
      - {sha256: )",
                                              kHashB,
                                              R"(}
    origins: ["https://www.example.com", "http://localhost:3000"]
    requests_per_second: 2.5
    burst: 10
    amqp: true
    amqp_user: site-user
    phone_region: DE
)"));
  ASSERT_EQ(config.publishers.size(), 1u);
  const Publisher& site = config.publishers[0];
  EXPECT_EQ(site.name, "site");
  ASSERT_EQ(site.keys.size(), 2u);
  EXPECT_EQ(site.keys[0].sha256, kHashA);  // In lower case.
  EXPECT_EQ(site.keys[0].note, "2026-03, shop backend");
  EXPECT_EQ(site.keys[1].sha256, kHashB);
  EXPECT_THAT(site.origins, ElementsAre("https://www.example.com", "http://localhost:3000"));
  EXPECT_EQ(site.requests_per_second, 2.5);
  EXPECT_EQ(site.burst, 10);
  EXPECT_TRUE(site.amqp);
  EXPECT_EQ(site.amqp_user, "site-user");
  EXPECT_EQ(site.phone_region, "DE");
  EXPECT_THAT(site.forms, IsEmpty());
}

TEST(Publishers, MaySendASecondsWorthAtOnceByDefault) {
  const auto burst = [](const std::string& rate) {
    return LoadWell("publishers: {site: {amqp: true, requests_per_second: " + rate + "}}")
        .publishers[0]
        .burst;
  };
  EXPECT_EQ(burst("0"), 0);
  EXPECT_EQ(burst("0.1"), 1);
  EXPECT_EQ(burst("50"), 50);
}

TEST(Publishers, RefuseWhatCannotWork) {
  struct Case {
    std::string members;
    std::vector<std::string> faults;
  };
  const std::string at = "2: publishers.site";
  const std::string bad_hash =
      ".sha256: is not a SHA-256 in 64 hex digits; put the hash of the key here, never the key: "
      "`leadctl key new` prints both";
  const std::string bad_origin =
      ".origins: each has to look as browsers send it, https://www.example.com in lower case, "
      "without a path; \"*\" alone allows any";
  const auto key = [](const std::string& hash) { return "{sha256: " + hash + "}"; };
  const std::vector<Case> cases = {
      {"", {at + ": cannot send anything: give it a key, `amqp: true`, or a form of its own"}},
      {"keys: [{note: x}]", {at + ".keys[0].sha256: is required"}},
      {"keys: [{sha256: lr_live_abc}]", {at + ".keys[0]" + bad_hash}},
      {absl::StrCat("keys: [", key(kHashA), ",", key(kHashB), ",", key(kHashC), "]"),
       {at + ".keys: more than two: delete the ones that nobody uses any more"}},
      {absl::StrCat("keys: [", key(kHashA), ",", key(kHashA), "]"),
       {at + ".keys: the key that begins with aaaaaaaa is also in publishers.site: every key "
             "belongs to one publisher, once"}},
      {"amqp: true, origins: [www.example.com]", {at + bad_origin}},
      {"amqp: true, origins: [\"*\", \"https://www.example.com\"]", {at + bad_origin}},
      {"amqp: true, burst: 5", {at + ".burst: has no meaning without requests_per_second"}},
      {"amqp_user: x",
       {at + ".amqp_user: has no meaning without `amqp: true`",
        at + ": cannot send anything: give it a key, `amqp: true`, or a form of "
             "its own"}},
      {"amqp: true, phone_region: Germany",
       {at + ".phone_region: has to be a country in two capital letters, such as DE"}},
      {"amqp: true, orgins: []", {at + ".orgins: unknown key; did you mean \"origins\"?"}},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(LoadFaults("publishers:\n  site: {" + c.members + "}\n"),
                testing::ElementsAreArray(c.faults))
        << c.members;
  }
}

TEST(Publishers, DoNotShareAKey) {
  EXPECT_THAT(LoadFaults(absl::StrCat("publishers:\n  a: {keys: [{sha256: ",
                                      kHashA,
                                      "}]}\n  b: {keys: [{sha256: ",
                                      std::string(64, 'A'),
                                      "}]}\n")),
              ElementsAre("3: publishers.b.keys: the key that begins with aaaaaaaa is also in "
                          "publishers.a: every key belongs to one publisher, once"));
}

TEST(Forms, ReadEverything) {
  const Config config = LoadWell(R"(
publishers: {site: {}}
forms:
  contact:
    publisher: site
    success_url: https://www.example.com/thanks
    failure_url: https://www.example.com/sorry
    honeypot: website
    fields: {mail: email, plan: form_data.plan}
)");
  ASSERT_EQ(config.forms.size(), 1u);
  const Form& contact = config.forms[0];
  EXPECT_EQ(contact.name, "contact");
  EXPECT_EQ(contact.publisher, "site");
  EXPECT_EQ(contact.success_url, "https://www.example.com/thanks");
  EXPECT_EQ(contact.failure_url, "https://www.example.com/sorry");
  EXPECT_EQ(contact.honeypot, "website");
  EXPECT_THAT(contact.fields, ElementsAre(Pair("mail", "email"), Pair("plan", "form_data.plan")));
  EXPECT_THAT(config.publishers[0].forms, ElementsAre("contact"));
}

TEST(Forms, RefuseWhatCannotWork) {
  struct Case {
    std::string members;
    std::vector<std::string> faults;
  };
  const std::string at = "3: forms.contact.";
  const std::string url = " has to be an absolute URL that begins with https:// or http://";
  const std::string good = "publisher: site, success_url: \"https://www.example.com\"";
  const std::vector<Case> cases = {
      {"", {at + "publisher: is required", at + "success_url: is required"}},
      {"publisher: siet, success_url: \"https://www.example.com\"",
       {at + "publisher: there is no publisher \"siet\"; did you mean \"site\"?"}},
      {"publisher: shop, success_url: \"https://www.example.com\"",
       {at + "publisher: there is no publisher \"shop\"; there are: site"}},
      {"publisher: site, success_url: /thanks", {at + "success_url:" + url}},
      {good + ", failure_url: \"javascript:alert(1)\"", {at + "failure_url:" + url}},
      {good + ", fields: {mail: Email}",
       {at + "fields.mail: \"Email\" is no path of a lead; did you mean \"email\"?"}},
      {good + ", fields: {mail: }",
       {at + "fields.mail: \"\" is no path of a lead; a form's own fields are "
             "form_data.<name>"}},
      {good + ", fields: {mail: [x]}", {at + "fields.mail: has to be a single value"}},
      {good + ", fields: email",
       {at + "fields: has to be a section: indented lines of `key: value`"}},
      {good + ", fields: {all: source}",
       {at + "fields.all: \"source\" is no path of a lead; a form's own fields are "
             "form_data.<name>"}},
      {good + ", honeypot: mail, fields: {mail: email}",
       {at + "honeypot: is one of the fields that people fill in"}},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(
        LoadFaults("publishers: {site: {amqp: true}}\nforms:\n  contact: {" + c.members + "}\n"),
        testing::ElementsAreArray(c.faults))
        << c.members;
  }
}

}  // namespace
}  // namespace leadrelay::config
