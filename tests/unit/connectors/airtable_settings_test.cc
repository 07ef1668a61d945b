#include <gtest/gtest.h>

#include "services/delivery/connectors/airtable/settings.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using config::RateWindow;

std::string Settings(const std::string& more) {
  return absl::StrCat(
      "settings: {access_token: '${TOKEN}', base_id: appA1, table: Leads", more, "}");
}

TEST(AirtableSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("airtable", R"(
settings:
  access_token: ${TOKEN}
  base_id: appA1
  plan: team
  table: Leads
  key_fields: [Member, Email]
  typecast: false
  notes: true
  note_field: History
  deal_table: Deals
  deal_key_field: Delivery
  deal_person_field: Contact
  deal_title_field: Title
  deal_stage_field: Phase
  deal_stages: {won: Closed}
  deal_mapping: {Owner: {value: ann@example.com}}
  task_table: Tasks
  task_key_field: Delivery
  task_person_field: Contact
  task_mapping: {Due: null}
  base_url: http://127.0.0.1:8080/v0
  token_url: http://127.0.0.1:8080/token
  allow_http: true
mapping: {Member: form_data.member}
)")
                .faults,
            "");
  EXPECT_EQ(ConfigureFrom("airtable", R"(
settings: {client_id: x, client_secret: "${SECRET}", refresh_token: "${TOKEN}", base_id: appA1, table: T}
)")
                .faults,
            "");
}

TEST(AirtableSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"settings: {base_id: appA1, table: T}",
       "f:1: settings: has to have access_token, or client_id and refresh_token\n"},
      {"settings: {base_id: appA1, table: T, client_id: x}",
       "f:1: settings.refresh_token: is required for OAuth\n"},
      {Settings(", client_id: x"),
       "f:1: settings: has to have either access_token or OAuth, not both\n"},
      {"settings: {access_token: '${BAD}', base_id: appA1, table: T}",
       "f:1: settings.access_token: has a line break or another control character in it, or ends "
       "in a space\n"},
      {"settings: {access_token: '${TOKEN}', base_id: tblA1, table: T}",
       "f:1: settings.base_id: is no id of a base: those begin with app, as in the base's URL\n"},
      {Settings(", base_url: 'http://127.0.0.1:1'"),
       "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n"},
      {Settings(", token_url: 'https://a.example?x=1'"),
       "f:1: settings.token_url: may not have a ?query\n"},
      {Settings(", key_fields: [Member]"),
       "f:1: settings.key_fields: needs an entry Member in `mapping` that fills it\n"},
      {Settings(", key_fields: [fldEmail000000001], notes: false") +
           "\nmapping: {fldEmail000000001: email}",
       ""},
      {Settings(", key_fields: [fldEmail000000001]") + "\nmapping: {fldEmail000000001: email}",
       "f:1: settings.note_field: and \"fldEmail000000001\" have to be both names or both ids of "
       "fields\n"},
      {Settings("") + "\nmapping: {Notes: note}",
       "f:1: settings.note_field: is filled by `mapping` as well: take it out there, or set notes: "
       "false\n"},
      {Settings(", deal_mapping: {Person: email}"),
       "f:1: settings.deal_mapping: may not fill \"Person\": that one is filled by itself\n"},
      {Settings(", deal_title_field: 'a}b'"),
       "f:1: settings.deal_title_field: may not have { or } in it: use the field's id\n"},
      {Settings(", deal_table: Leads"), "f:1: settings.deal_table: has to be a table of its own\n"},
      {Settings(", task_table: Leads"), "f:1: settings.task_table: has to be a table of its own\n"},
      {Settings(", task_mapping: {Due: task.deu}"),
       "f:1: settings.task_mapping.Due: \"task.deu\" is no path of a lead; did you mean "
       "\"task.due\"?\n"},
  };
  for (const auto& [yaml, fault] : cases) {
    EXPECT_EQ(ConfigureFrom("airtable", yaml).faults, fault) << yaml;
  }
}

TEST(AirtableSettings, LimitsAreThoseOfThePlan) {
  const auto limits = [](const std::string& more) {
    return ConfigureFrom("airtable", Settings(more)).connector->DefaultLimits();
  };
  const RateWindow second{"1s", 5, absl::Seconds(1), ""};
  const absl::Duration month = 30 * absl::Hours(24);
  EXPECT_EQ(limits(""), (std::vector<RateWindow>{second, {"month", 1'000, month, ""}}));
  EXPECT_EQ(limits(", plan: team"),
            (std::vector<RateWindow>{second, {"month", 100'000, month, ""}}));
  EXPECT_EQ(limits(", plan: business"), std::vector<RateWindow>{second});
}

TEST(AirtableSettings, OffersWhatTheBaseHasATableFor) {
  using delivery::Operation;
  const auto offers = [](const std::string& more, Operation operation) {
    return ConfigureFrom("airtable", Settings(more)).connector->Offers(operation);
  };
  EXPECT_TRUE(offers("", Operation::kUpdatePerson));
  EXPECT_TRUE(offers("", Operation::kAddNote));
  EXPECT_FALSE(offers(", notes: false", Operation::kAddNote));
  for (const Operation operation : {Operation::kCreateDeal, Operation::kMoveDeal}) {
    EXPECT_FALSE(offers("", operation));
    EXPECT_TRUE(offers(", deal_table: Deals", operation));
  }
  EXPECT_FALSE(offers("", Operation::kAddTask));
  EXPECT_TRUE(offers(", task_table: Tasks", Operation::kAddTask));
}

}  // namespace
}  // namespace leadrelay::test
