#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using config::RateWindow;
using delivery::Operation;
using delivery::QuotaHint;

TEST(CloseSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("close", R"(
settings:
  api_key: ${TOKEN}
  lead_mapping: {url: source.url, status_id: {value: stat_1}, custom.cf_a1: form_data.tier}
  join_company: true
  deals: true
  deal_pipeline: pipe_1
  deal_stages: {qualified: Discovery, won: stat_9}
  deal_key_field: custom.cf_a2
  deal_mapping: {user_id: {value: user_1}}
  currency: EUR
  notes: true
  tasks: true
  task_mapping: {assigned_to: {value: user_1}}
  search_lag: 90s
  base_url: http://127.0.0.1:8080
  allow_http: true
mapping: {title: form_data.job, custom.cf_a3: form_data.vip, phone: null}
)")
                .faults,
            "");
  EXPECT_EQ(ConfigureFrom("close", R"(
settings: {client_id: x, client_secret: "${SECRET}", refresh_token: "${TOKEN}"}
)")
                .faults,
            "");
}

TEST(CloseSettings, Faults) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"settings: {}",
       "f:1: settings: has to have api_key, or client_id, client_secret and refresh_token\n"},
      {"settings: {api_key: '${TOKEN}', client_id: x}",
       "f:1: settings: has to have either api_key or the three of OAuth, not both\n"},
      {"settings: {client_id: x, client_secret: '${TOKEN}'}",
       "f:1: settings.refresh_token: is required for OAuth\n"},
      {"settings: {api_key: '${BAD}'}",
       "f:1: settings.api_key: is no API key: it has a colon, a line break or a space in it\n"},
      {"settings: {api_key: '${TOKEN}', base_url: 'https://a.example?x=1'}",
       "f:1: settings.base_url: may not have a ?query\n"},
      {"settings: {api_key: '${TOKEN}', deal_pipeline: Sales}",
       "f:1: settings.deal_pipeline: is no id of a pipeline: those begin with pipe_\n"},
      {"settings: {api_key: '${TOKEN}', deal_key_field: delivery}",
       "f:1: settings.deal_key_field: is no custom field: those are custom.cf_ and an id\n"},
      {"settings: {api_key: '${TOKEN}', deal_key_field: custom.cf_a, deal_mapping: {custom.cf_a: "
       "lead_id}}",
       "f:1: settings.deal_key_field: is filled by deal_mapping as well\n"},
      {"settings: {api_key: '${TOKEN}', currency: euro}",
       "f:1: settings.currency: is no ISO 4217 code such as USD\n"},
      {"settings: {api_key: '${TOKEN}', join_company: true, lead_mapping: {name: null}}",
       "f:1: settings.join_company: needs an entry name in lead_mapping that fills it\n"},
      {"settings: {api_key: '${TOKEN}', deal_mapping: {title: deal.title}}",
       "f:1: settings.deal_mapping.title: is no field of Close\n"},
      {"settings: {api_key: '${TOKEN}', deal_mapping: {value_currency: deal.currency}}",
       "f:1: settings.deal_mapping.value_currency: is a field that Close does not let us write\n"},
      {"settings: {api_key: '${TOKEN}'}\nmapping: {emails: email}",
       "f:2: mapping.emails: is no field of Close; did you mean \"email\"?\n"},
      {"settings: {api_key: '${TOKEN}'}\nmapping: {custom.Tier: form_data.tier}",
       "f:2: mapping.custom.Tier: is no field of Close\n"},
      {"settings: {api_key: '${TOKEN}'}\nmapping: {email: null, phone: null}",
       "f:2: mapping: fills neither email nor phone, and nothing else tells one person from "
       "another\n"},
  };
  for (const auto& [yaml, fault] : cases) {
    EXPECT_EQ(ConfigureFrom("close", yaml).faults, fault) << yaml;
  }
}

TEST(CloseSettings, OneOfStatusAndStatusId) {
  EXPECT_EQ(ConfigureFrom("close",
                          "settings: {api_key: '${TOKEN}', lead_mapping: {status: {value: x}, "
                          "status_id: {value: stat_1}}}")
                .faults,
            "f:1: settings.lead_mapping: has both status and status_id, and Close takes one of "
            "them\n");
}

TEST(CloseLimits, AreOursWithTheHeadersWord) {
  const Configured configured = ConfigureFrom("close", "settings: {api_key: '${TOKEN}'}");
  EXPECT_EQ(configured.connector->DefaultLimits(),
            (std::vector<RateWindow>{{"1s", 5, absl::Seconds(1), ""}}));
  http::Response response;
  EXPECT_TRUE(configured.connector->ReadQuota(response).empty());
  response.headers.Set("RateLimit", "limit=100, remaining=3, reset=5");
  const std::vector<QuotaHint> hints = configured.connector->ReadQuota(response);
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(hints[0].window, "1s");
  EXPECT_EQ(hints[0].remaining, 3);
}

TEST(CloseSettings, OffersWhatIsOn) {
  const Configured all = ConfigureFrom("close", "settings: {api_key: '${TOKEN}'}");
  const Configured none = ConfigureFrom(
      "close", "settings: {api_key: '${TOKEN}', deals: false, notes: false, tasks: false}");
  for (const Operation operation : {Operation::kLead, Operation::kUpdatePerson}) {
    EXPECT_TRUE(none.connector->Offers(operation));
  }
  for (const Operation operation :
       {Operation::kCreateDeal, Operation::kMoveDeal, Operation::kAddNote, Operation::kAddTask}) {
    EXPECT_TRUE(all.connector->Offers(operation));
    EXPECT_FALSE(none.connector->Offers(operation));
  }
}

}  // namespace
}  // namespace leadrelay::test
