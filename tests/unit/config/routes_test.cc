#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kParts[] =
    "publishers: {site: {amqp: true}}\n"
    "destinations: {hubspot-eu: {connector: hubspot}, ops: {connector: webhook}}\n"
    "routes:\n";

TEST(Routes, ReadEverything) {
  Faults faults;
  const Config config = Load(absl::StrCat(kParts, R"(
  - destinations: ops
  - name: german-campaigns
    publishers: [site]
    forms: [demo, contact]
    when:
      - {path: source.utm_source, equals: ""}
      - {path: form_data.plan, one_of: [pro, team]}
      - {path: deal, exists: false}
      - {path: email, matches: "*.example.com"}
      - {path: operation, one_of: [lead, create_deal]}
      - {path: phone_raw, matches: "0*"}
    destinations: [hubspot-eu, ops]
)"),
                             {},
                             faults);
  EXPECT_THAT(FaultLines(faults), IsEmpty());
  ASSERT_EQ(config.routes.size(), 2u);
  EXPECT_EQ(config.routes[0].name, "route-1");
  EXPECT_THAT(config.routes[0].publishers, IsEmpty());
  EXPECT_THAT(config.routes[0].when, IsEmpty());
  EXPECT_THAT(config.routes[0].destinations, ElementsAre("ops"));

  const Route& route = config.routes[1];
  EXPECT_EQ(route.name, "german-campaigns");
  EXPECT_THAT(route.publishers, ElementsAre("site"));
  EXPECT_THAT(route.forms, ElementsAre("demo", "contact"));
  EXPECT_THAT(route.destinations, ElementsAre("hubspot-eu", "ops"));
  ASSERT_EQ(route.when.size(), 6u);
  EXPECT_EQ(route.when[0].path, "source.utm_source");
  EXPECT_EQ(route.when[0].equals, "");
  EXPECT_EQ(route.when[0].exists, std::nullopt);
  EXPECT_EQ(route.when[0].matches, std::nullopt);
  EXPECT_THAT(route.when[0].one_of, IsEmpty());
  EXPECT_EQ(route.when[1].equals, std::nullopt);
  EXPECT_THAT(route.when[1].one_of, ElementsAre("pro", "team"));
  EXPECT_EQ(route.when[2].exists, false);
  EXPECT_EQ(route.when[3].matches, "*.example.com");
}

TEST(Routes, RefuseWhatCannotWork) {
  struct Case {
    std::string members;
    std::vector<std::string> faults;
  };
  const std::string at = "4: routes[0].";
  const std::vector<Case> cases = {
      {"{name: x}", {at + "destinations: is required: a route says where matching leads go"}},
      {"{destinations: [hubspot-ue, nobody]}",
       {at + "destinations: there is no destination \"hubspot-ue\"; did you mean \"hubspot-eu\"?",
        at + "destinations: there is no destination \"nobody\"; there are: hubspot-eu, ops"}},
      {"{destinations: [ops], publishers: [sight]}",
       {at + "publishers: there is no publisher \"sight\"; there are: site"}},
      {"{destinations: [\"${ABSENT}\"]}",
       {at + "destinations: is required: a route says where matching leads go",
        at + "destinations[0]: the environment variable ABSENT is not set"}},
      {"{destinations: [ops], when: [{path: email}]}",
       {at + "when[0]: asks for nothing: give it equals, one_of, matches or exists"}},
      {"{destinations: [ops], when: [{equals: x}]}", {at + "when[0].path: is required"}},
      {"{destinations: [ops], when: [{path: source.utm_sorce, equals: x}]}",
       {at + "when[0].path: \"source.utm_sorce\" is no path of a lead; did you mean "
             "\"source.utm_source\"?"}},
      {"{destinations: [ops], when: [{path: form_data., equals: x}]}",
       {at + "when[0].path: \"form_data.\" is no path of a lead; a form's own fields are "
             "form_data.<name>"}},
      {"{destinations: [ops], when: [{path: ip_address, equals: 192.0.2.1}]}",
       {at + "when[0].path: \"ip_address\" is not kept: a lead has ip_hash in its place"}},
      {"{destinations: [ops], when: [{path: operation, equals: create_deals}]}",
       {at + "when[0].equals: operation is never \"create_deals\"; did you mean "
             "\"create_deal\"?"}},
      {"{destinations: [ops], when: [{path: consent_given, one_of: [true, maybe]}]}",
       {at + "when[0].one_of: consent_given is never \"maybe\"; it is one of true, false"}},
      {"{destinations: [ops], when: [{path: operation, exists: true}]}",
       {at + "when[0].exists: says nothing: every lead has operation"}},
      {"{destinations: [ops], when: [{path: email, equals: x, exists: false}]}",
       {at + "when[0].exists: is false, and the value is asked for all the same: never true"}},
      {"{destinations: [ops], when: [{path: email, equal: x}]}",
       {at + "when[0]: asks for nothing: give it equals, one_of, matches or exists",
        at + "when[0].equal: unknown key; did you mean \"equals\"?"}},
      {"{name: a, destinations: [ops]}\n  - {name: a, destinations: [ops]}",
       {"5: routes[1].name: is the name of an earlier route"}},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(LoadFaults(absl::StrCat(kParts, "  - ", c.members, "\n")),
                testing::UnorderedElementsAreArray(c.faults))
        << c.members;
  }
}

}  // namespace
}  // namespace leadrelay::config
