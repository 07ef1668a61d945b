#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Probe;

constexpr std::string_view kCredential =
    "client_id: x, client_secret: '${SECRET}', refresh_token: '${TOKEN}'";

class ZohoProbes : public testing::Test {
 protected:
  Finding Judge(std::string_view path, int status, const std::string& body) const {
    http::Response response;
    response.status = status;
    response.body = body;
    for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
      if (probe.request.url == path) return configured_.connector->JudgeProbe(probe, response);
    }
    ADD_FAILURE() << "no probe of " << path;
    return {};
  }

  const Configured configured_ =
      ConfigureFrom("zoho",
                    absl::StrCat("settings: {",
                                 std::string(kCredential),
                                 ", id_field: Member_No, deal_key_field: Delivery}\n"
                                 "mapping: {Member_No: form_data.member, Phone: null}"));
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

constexpr std::string_view kOrg = "/crm/v8/org";
constexpr std::string_view kLeads = "/crm/v8/settings/fields?module=Leads";
constexpr std::string_view kContacts = "/crm/v8/settings/fields?module=Contacts";
constexpr std::string_view kAccounts = "/crm/v8/settings/fields?module=Accounts";
constexpr std::string_view kDeals = "/crm/v8/settings/fields?module=Deals";
constexpr std::string_view kQuery = "/crm/v8/coql";
constexpr std::string_view kMend =
    "correct the mapping, deal_stage and deal_stages, or change the field in Zoho";

TEST_F(ZohoProbes, OnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    const bool query = probe.request.url == kQuery;
    EXPECT_EQ(probe.request.method, query ? "POST" : "GET") << probe.what;
    EXPECT_EQ(probe.request.body.starts_with(R"({"select_query":"select )"), query) << probe.what;
  }
}

TEST_F(ZohoProbes, Account) {
  ExpectFinding(Judge(kOrg, 200, R"({"org":[{"company_name":"Example","id":"4242"}]})"),
                {true, "the access token is accepted: account 4242", ""});
  ExpectFinding(Judge(kOrg, 401, R"({"code":"INVALID_TOKEN","details":{},"status":"error"})"),
                {false,
                 "HTTP 401 INVALID_TOKEN: the access token has expired or is not known",
                 "connect the account again, and see that data_center is the one in which it "
                 "lives"});
  ExpectFinding(Judge(kOrg, 200, "<html>"),
                {false,
                 "the answer is not Zoho's: it is no JSON object",
                 "check data_center and base_url of the destination"});
  ExpectFinding(Judge(kOrg, 503, ""),
                {false,
                 "HTTP 503 Service Unavailable",
                 "Zoho is in trouble or over its limit: try again later"});
}

TEST_F(ZohoProbes, Scopes) {
  ExpectFinding(
      Judge(kQuery, 401, R"({"code":"OAUTH_SCOPE_MISMATCH","details":{},"status":"error"})"),
      {false,
       "HTTP 401 OAUTH_SCOPE_MISMATCH: the token was not given a scope that this needs",
       "connect the account again with the scopes that the connector's page lists"});
  ExpectFinding(Judge(kQuery, 204, ""), {true, "records can be queried", ""});
  ExpectFinding(Judge(kQuery, 200, R"({"data":[{"id":"7"}],"info":{}})"),
                {true, "records can be queried", ""});
}

TEST_F(ZohoProbes, Fields) {
  ExpectFinding(Judge(kLeads, 200, R"({"fields":[
          {"api_name":"Email"},{"api_name":"First_Name"},
          {"api_name":"Last_Name","system_mandatory":true},
          {"api_name":"Company"},{"api_name":"Member_No","unique":{"casesensitive":"false"}}]})"),
                {true, "the mapped fields of Leads exist", ""});
  ExpectFinding(Judge(kLeads, 200, R"({"fields":[
          {"api_name":"Email"},{"api_name":"First_Nam"},
          {"api_name":"Last_Name","read_only":true},{"api_name":"Industry","system_mandatory":true},
          {"api_name":"Company"},{"api_name":"Member_No","unique":{}}]})"),
                {false,
                 "there is no field First_Name; did you mean \"First_Nam\"?; Last_Name is "
                 "read-only; Industry is required, and nothing is mapped to it; Member_No is not a "
                 "field without duplicate values",
                 std::string(kMend)});
  ExpectFinding(Judge(kContacts, 200, R"({"fields":[{"api_name":"Email"},{"api_name":"Phone"},
          {"api_name":"First_Name"},{"api_name":"Last_Name"}]})"),
                {true, "the mapped fields of Contacts exist", ""});
}

TEST_F(ZohoProbes, Accounts) {
  ExpectFinding(
      Judge(kAccounts, 200, R"({"fields":[{"api_name":"Account_Name","system_mandatory":true}]})"),
      {true, "the mapped fields of Accounts exist", ""});
  ExpectFinding(Judge(kAccounts, 200, R"({"fields":[{"api_name":"Name"}]})"),
                {false, "there is no field Account_Name", std::string(kMend)});
  const auto asks = [](const std::string& more) {
    const Configured configured =
        ConfigureFrom("zoho", absl::StrCat("settings: {", std::string(kCredential), more, "}"));
    return std::ranges::any_of(configured.connector->Probes(absl::UnixEpoch()),
                               [](const Probe& probe) { return probe.request.url == kAccounts; });
  };
  EXPECT_TRUE(asks(""));
  EXPECT_TRUE(asks(", deals: false, module: Contacts"));
  EXPECT_FALSE(asks(", deals: false")) << "everybody is a lead";
  EXPECT_FALSE(asks(", accounts: false"));
}

TEST_F(ZohoProbes, DealsAndTheirStages) {
  const auto body = [](const std::string& more) {
    return absl::StrCat(R"({"fields":[{"api_name":"Deal_Name","system_mandatory":true},
        {"api_name":"Amount"},{"api_name":"Closing_Date"},{"api_name":"Pipeline","system_mandatory":true},
        {"api_name":"Delivery","unique":{"casesensitive":"false"}},
        {"api_name":"Stage","pick_list_values":[{"actual_value":"Qualification"},
        {"actual_value":"Needs Analysis"},{"actual_value":"Value Proposition"},
        {"actual_value":"Proposal/Price Quote"},{"actual_value":"Closed Won"})",
                        more,
                        "]}]}");
  };
  ExpectFinding(Judge(kDeals, 200, body(R"(,{"actual_value":"Closed Lost"})")),
                {true, "the mapped fields of Deals exist", ""});
  ExpectFinding(Judge(kDeals, 200, body("")),
                {false, "there is no deal stage Closed Lost", std::string(kMend)});
}

TEST_F(ZohoProbes, NoAnswerIsTooStrange) {
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    for (const char* body :
         {"",
          "null",
          "[]",
          "{}",
          R"({"fields":5})",
          R"({"fields":[5,null,{"api_name":5,"unique":[],"pick_list_values":{}}]})",
          R"({"org":{}})",
          R"({"data":[{"code":"INVALID_DATA","status":"error"}]})"}) {
      http::Response response;
      response.body = body;
      for (const int status : {0, 200, 204, 302, 400, 404, 429, 500}) {
        response.status = status;
        const Finding finding = configured_.connector->JudgeProbe(probe, response);
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
      }
    }
  }
}

}  // namespace
}  // namespace leadrelay::test
