#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Probe;

class HubSpotProbes : public testing::Test {
 protected:
  Finding Judge(std::string_view path, int status, const std::string& body) const {
    http::Response response;
    response.status = status;
    response.body = body;
    for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
      if (probe.request.url == absl::StrCat("https://api.hubapi.com", std::string(path))) {
        return configured_.connector->JudgeProbe(probe, response);
      }
    }
    ADD_FAILURE() << "no probe of " << path;
    return {};
  }

  const Configured configured_ = ConfigureFrom("hubspot", R"(
settings:
  access_token: "${TOKEN}"
  id_property: member_no
  deal_key_property: delivery
  company_id_property: company_key
mapping: {member_no: form_data.member, phone: null, company: null}
)");
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

constexpr std::string_view kDetails = "/account-info/2026-03/details";
constexpr std::string_view kContacts = "/crm/objects/2026-03/contacts?limit=1";
constexpr std::string_view kProperties = "/crm/properties/2026-03/contacts";
constexpr std::string_view kDealProperties = "/crm/properties/2026-03/deals";
constexpr std::string_view kCompanyProperties = "/crm/properties/2026-03/companies";
constexpr std::string_view kPipelines = "/crm/pipelines/2026-03/deals";

TEST_F(HubSpotProbes, OnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
    EXPECT_EQ(probe.request.body, "") << probe.what;
  }
}

TEST_F(HubSpotProbes, Account) {
  ExpectFinding(Judge(kDetails, 200, R"({"portalId":123})"),
                {true, "the access token is accepted: account 123", ""});
  ExpectFinding(Judge(kDetails, 401, R"({"category":"INVALID_AUTHENTICATION"})"),
                {false,
                 "HTTP 401 INVALID_AUTHENTICATION",
                 "HubSpot does not know the access token: make a new one in the account's settings "
                 "and put it in place"});
  ExpectFinding(Judge(kDetails, 200, "<html>"),
                {false,
                 "the answer is not HubSpot's: it is no JSON object",
                 "check base_url: is it https://api.hubapi.com?"});
  ExpectFinding(Judge(kDetails, 503, ""),
                {false,
                 "HTTP 503 Service Unavailable",
                 "HubSpot is in trouble or over its limit: try again later"});
}

TEST_F(HubSpotProbes, Scopes) {
  ExpectFinding(
      Judge(kContacts, 403, R"({"category":"MISSING_SCOPES","errors":[{"context":{
               "requiredGranularScopes":["crm.objects.contacts.read"]}}]})"),
      {false, "HTTP 403 MISSING_SCOPES", "give the app these scopes: crm.objects.contacts.read"});
  ExpectFinding(Judge(kContacts, 200, R"({"results":[]})"), {true, "contacts can be read", ""});
}

TEST_F(HubSpotProbes, Properties) {
  ExpectFinding(Judge(kProperties, 200, R"({"results":[
      {"name":"email"},{"name":"firstname"},{"name":"lastname"},
      {"name":"member_no","hasUniqueValue":true}]})"),
                {true, "the mapped contact properties exist", ""});
  ExpectFinding(
      Judge(kProperties, 200, R"({"results":[
          {"name":"email"},{"name":"first_name"},
          {"name":"lastname","modificationMetadata":{"readOnlyValue":true}},
          {"name":"member_no"}]})"),
      {false,
       "there is no property firstname; did you mean \"first_name\"?; lastname is read-only; "
       "member_no is not a property with unique values",
       "create the property in HubSpot or correct the mapping; a property can be made unique only "
       "when it is created"});
}

TEST_F(HubSpotProbes, DealProperties) {
  ExpectFinding(Judge(kDealProperties, 200, R"({"results":[
      {"name":"dealname"},{"name":"amount"},{"name":"deal_currency_code"},{"name":"dealstage"},{"name":"closedate"},
      {"name":"delivery","hasUniqueValue":true}]})"),
                {true, "the mapped deal properties exist", ""});
  EXPECT_FALSE(Judge(kDealProperties, 200, R"({"results":[
      {"name":"dealname"},{"name":"amount"},{"name":"deal_currency_code"},{"name":"dealstage"}]})")
                   .ok);
}

TEST_F(HubSpotProbes, CompanyProperties) {
  ExpectFinding(Judge(kCompanyProperties, 200, R"({"results":[
      {"name":"name"},{"name":"company_key","hasUniqueValue":true}]})"),
                {true, "the mapped company properties exist", ""});
  constexpr std::string_view kRemedy =
      "create the property in HubSpot or correct the mapping; a property can be made unique only "
      "when it is created";
  ExpectFinding(
      Judge(kCompanyProperties, 200, R"({"results":[{"name":"name"},{"name":"company_key"}]})"),
      {false, "company_key is not a property with unique values", std::string(kRemedy)});
  ExpectFinding(Judge(kCompanyProperties, 200, R"({"results":[{"name":"name"}]})"),
                {false, "there is no property company_key", std::string(kRemedy)});
}

TEST_F(HubSpotProbes, NoCompaniesNoQuestionAboutThem) {
  const Configured configured = ConfigureFrom("hubspot", "settings: {access_token: '${TOKEN}'}");
  for (const Probe& probe : configured.connector->Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.url.find("companies"), std::string::npos) << probe.what;
  }
}

TEST_F(HubSpotProbes, Pipelines) {
  constexpr std::string_view kStages = R"([{"id":"appointmentscheduled"},{"id":"qualifiedtobuy"},
      {"id":"presentationscheduled"},{"id":"decisionmakerboughtin"},{"id":"closedwon"}%s])";
  const auto body = [&](const std::string& pipeline, const std::string& more) {
    std::string stages(kStages);
    stages.replace(stages.find("%s"), 2, more);
    return absl::StrCat(R"({"results":[{"id":")", pipeline, R"(","stages":)", stages, "}]}");
  };
  ExpectFinding(Judge(kPipelines, 200, body("default", R"(,{"id":"closedlost"})")),
                {true, "the deal's pipeline and stages exist", ""});
  ExpectFinding(Judge(kPipelines, 200, body("sales", "")),
                {false, "there is no deal pipeline default", "set deal_pipeline to one of: sales"});
  ExpectFinding(Judge(kPipelines, 200, body("default", "")),
                {false,
                 "pipeline default has no stage closedlost",
                 "set deal_stage and deal_stages to stages that it has: appointmentscheduled, "
                 "qualifiedtobuy, presentationscheduled, decisionmakerboughtin, closedwon"});
}

TEST_F(HubSpotProbes, NoAnswerIsTooStrange) {
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    for (const char* body : {"",
                             "null",
                             "[]",
                             "{}",
                             R"({"results":5})",
                             R"({"results":[5,null]})",
                             R"({"results":[{"id":"default","stages":{}}]})"}) {
      http::Response response;
      response.body = body;
      for (const int status : {0, 200, 204, 302, 400, 404, 429, 477, 500}) {
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
