#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

std::string Yaml(const std::string& more) {
  return absl::StrCat("settings: {base_url: 'https://a.example', api_key: '${TOKEN}'", more);
}

TEST(FreshsalesSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("freshsales", R"(
settings:
  base_url: http://127.0.0.1:8080/crm/sales/api/
  allow_http: true
  api_key: ${TOKEN}
  plan: pro
  id_field: cf_member
  accounts: true
  account_mapping: {website: form_data.website, cf_size: form_data.size, owner_id: {value: 700}}
  deals: true
  deal_pipeline: 71000
  deal_stage: New
  deal_stages: {qualified: Open | Qualified, demo: 12}
  currencies: {EUR: 3}
  deal_mapping: {owner_id: {value: 700}, cf_origin: form_name}
  note: none
  tasks: true
  task_mapping: {owner_id: {value: 700}}
  bulk_from: 0
mapping: {cf_member: form_data.member, lifecycle_stage_id: {value: 71010}}
)")
                .faults,
            "");
}

TEST(FreshsalesSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {", deal_pipeline: Sales}",
       "f:1: settings.deal_pipeline: has to be Freshsales' id, not a name\n"},
      {", deal_stages: {demo: }}", "f:1: settings.deal_stages: has a word without a stage\n"},
      {", currencies: {EUR: euro}}", "f:1: settings.currencies: has no id for EUR\n"},
      {", id_field: cf_member}",
       "f:1: settings.id_field: needs an entry cf_member in `mapping` that fills it\n"},
      {", plan: gold}",
       "f:1: settings.plan: \"gold\" is not one of free, growth, pro, enterprise\n"},
      {"}\nmapping: {firstname: first_name}",
       "f:2: mapping.firstname: is no field of Freshsales; did you mean \"first_name\"?\n"},
      {"}\nmapping: {sales_accounts: company}",
       "f:2: mapping.sales_accounts: is a field that Freshsales does not let us write\n"},
      {", account_mapping: {website: form_data.website}}",
       "f:1: settings.account_mapping: needs accounts: true\n"},
      {", accounts: true, account_mapping: {web_site: form_data.website}}",
       "f:1: settings.account_mapping.web_site: is no field of a Freshsales account; did you mean "
       "\"website\"?\n"},
      {", accounts: true, account_mapping: {name: null}}",
       "f:1: settings.account_mapping: has nothing for \"name\", and a Freshsales account takes no "
       "record without it\n"},
      {", deal_mapping: {deal_pipeline_id: {value: 1}}}",
       "f:1: settings.deal_mapping.deal_pipeline_id: is a field that a Freshsales deal does not "
       "let us write\n"},
  };
  for (const auto& [more, fault] : cases) {
    EXPECT_EQ(ConfigureFrom("freshsales", Yaml(more)).faults, fault) << more;
  }
}

TEST(FreshsalesSettings, NeedTheSuitesUrlAndAKeyThatFitsIntoAHeader) {
  const auto of = [](const std::string& url, const std::string& key) {
    return ConfigureFrom("freshsales",
                         absl::StrCat("settings: {base_url: '", url, "', api_key: '", key, "'}"))
        .faults;
  };
  EXPECT_EQ(of("https://a.freshsales.io/api", "${TOKEN}"),
            "f:1: settings.base_url: is of Freshsales Classic, which has another API: the Suite's "
            "is https://<bundle alias>.myfreshworks.com\n");
  EXPECT_EQ(of("http://a.example", "${TOKEN}"),
            "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n");
  EXPECT_EQ(of("https://a.example", "${BAD}"),
            "f:1: settings.api_key: has a line break or another control character in it, or a "
            "space at an end\n");
}

TEST(FreshsalesLimits, AreThoseOfThePlan) {
  const auto of = [](const std::string& more) {
    return ConfigureFrom("freshsales", Yaml(more)).connector->DefaultLimits();
  };
  const auto windows = [](int64_t hour) {
    return std::vector<config::RateWindow>{{"1s", 6, absl::Seconds(1), ""},
                                           {"hour", hour, absl::Hours(1), ""}};
  };
  EXPECT_EQ(of("}"), windows(1000));
  EXPECT_EQ(of(", plan: free}"), windows(1000));
  EXPECT_EQ(of(", plan: pro}"), windows(2000));
  EXPECT_EQ(of(", plan: enterprise}"), windows(5000));
}

TEST(FreshsalesOffers, WhatTheSettingsLeave) {
  using delivery::Operation;
  const Configured all = ConfigureFrom("freshsales", Yaml("}"));
  const Configured few =
      ConfigureFrom("freshsales", Yaml(", deals: false, note: none, tasks: false}"));
  for (const Operation operation :
       {Operation::kCreateDeal, Operation::kMoveDeal, Operation::kAddNote, Operation::kAddTask}) {
    EXPECT_TRUE(all.connector->Offers(operation));
    EXPECT_FALSE(few.connector->Offers(operation));
  }
  EXPECT_TRUE(few.connector->Offers(Operation::kLead));
  EXPECT_TRUE(few.connector->Offers(Operation::kUpdatePerson));
}

}  // namespace
}  // namespace leadrelay::test
