#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

constexpr std::string_view kStart =
    "settings: {base_url: 'https://a.example', api_token: '${TOKEN}'";

TEST(ActiveCampaignSettings, TakesEverythingThatIsDocumented) {
  EXPECT_EQ(ConfigureFrom("activecampaign", R"(
settings:
  base_url: http://127.0.0.1:8080/api/3/
  allow_http: true
  api_token: ${TOKEN}
  lists: [2, 3]
  tags: 20
  choice_fields: [6]
  deals: true
  deal_pipeline: 4
  deal_stage: To Contact
  deal_stages: {qualified: 12, demo: In Contact}
  deal_currency: eur
  deal_mapping: {owner: {value: 1}, 3: deal.close_date}
  note: none
  tasks: true
  task_type: 3
  task_mapping: {assignee: {value: 1}}
  bulk_from: 250
mapping: {6: form_data.colours, phone: null}
)")
                .faults,
            "");
}

TEST(ActiveCampaignSettings, Faults) {
  const auto of = [](const std::string& more) {
    return ConfigureFrom("activecampaign", absl::StrCat(std::string(kStart), more)).faults;
  };
  EXPECT_EQ(ConfigureFrom("activecampaign", "settings: {}").faults,
            "f:1: settings.base_url: is required\n"
            "f:1: settings.api_token: is required: write ${NAME} for an environment variable or "
            "${file:PATH}\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {", lists: [News]}",
       "f:1: settings.lists: has to have ActiveCampaign's numbers, not names\n"},
      {", tags: [web lead]}",
       "f:1: settings.tags: has to have ActiveCampaign's numbers, not names\n"},
      {", deal_pipeline: Sales}",
       "f:1: settings.deal_pipeline: has to be ActiveCampaign's number, not a name\n"},
      {", deal_stages: {demo: }}", "f:1: settings.deal_stages: has a word without a stage\n"},
      {", bulk_from: 251}", "f:1: settings.bulk_from: \"251\" is out of range: 0 to 250\n"},
      {", note: deal}", "f:1: settings.note: \"deal\" is not one of contact, none\n"},
      {"}\nmapping: {first_name: first_name}",
       "f:2: mapping.first_name: is no field of ActiveCampaign; did you mean \"firstName\"?\n"},
      {"}\nmapping: {cdate: submitted_at}",
       "f:2: mapping.cdate: is a field that ActiveCampaign does not let us write\n"},
      {"}\nmapping: {email: null}",
       "f:2: mapping: has nothing for \"email\", and ActiveCampaign takes no record without it\n"},
      {", deal_mapping: {status: {value: 1}}}",
       "f:1: settings.deal_mapping.status: is a field that an ActiveCampaign deal does not let "
       "us write\n"},
  };
  for (const auto& [more, fault] : cases) EXPECT_EQ(of(more), fault) << more;
}

TEST(ActiveCampaignSettings, NeedAnHttpsUrlAndAKeyThatFitsIntoAHeader) {
  EXPECT_EQ(ConfigureFrom("activecampaign",
                          "settings: {base_url: 'http://a.example', api_token: '${TOKEN}'}")
                .faults,
            "f:1: settings.base_url: is plain http: use https, or set allow_http: true\n");
  EXPECT_EQ(ConfigureFrom("activecampaign",
                          "settings: {base_url: 'https://a.example?x=1', api_token: '${BAD}'}")
                .faults,
            "f:1: settings.base_url: may not have a ?query\n"
            "f:1: settings.api_token: has a line break or another control character in it, or a "
            "space at an end\n");
}

TEST(ActiveCampaignOffers, WhatTheSettingsLeave) {
  using delivery::Operation;
  const auto all = ConfigureFrom("activecampaign", absl::StrCat(std::string(kStart), "}"));
  const auto few =
      ConfigureFrom("activecampaign",
                    absl::StrCat(std::string(kStart), ", deals: false, note: none, tasks: false}"));
  for (const Operation operation :
       {Operation::kCreateDeal, Operation::kMoveDeal, Operation::kAddNote, Operation::kAddTask}) {
    EXPECT_TRUE(all.connector->Offers(operation));
    EXPECT_FALSE(few.connector->Offers(operation));
  }
  EXPECT_TRUE(few.connector->Offers(Operation::kLead));
  EXPECT_TRUE(few.connector->Offers(Operation::kUpdatePerson));
}

TEST(ActiveCampaignQuota, ReadsTheHeader) {
  const auto configured = ConfigureFrom("activecampaign", absl::StrCat(std::string(kStart), "}"));
  http::Response response;
  EXPECT_TRUE(configured.connector->ReadQuota(response).empty());
  for (const char* text : {"", "-1", "many", "1.5", "99999999999999999999"}) {
    response.headers.Set("ratelimit-remaining", text);
    EXPECT_TRUE(configured.connector->ReadQuota(response).empty()) << text;
  }
  response.headers.Set("ratelimit-remaining", "4");
  const std::vector<delivery::QuotaHint> hints = configured.connector->ReadQuota(response);
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(hints[0].window, configured.connector->DefaultLimits()[0].name);
  EXPECT_EQ(hints[0].remaining, 4);
}

}  // namespace
}  // namespace leadrelay::test
