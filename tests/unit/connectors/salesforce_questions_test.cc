// What `leadctl test` and `leadctl crm` ask of Salesforce, and what they make of the answers.

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Found;
using delivery::Probe;
using delivery::Question;
using Kind = delivery::Question::Kind;

constexpr std::string_view kApi = "https://acme.my.salesforce.com/services/data/v67.0";

class SalesforceQuestions : public testing::Test {
 protected:
  Finding Judge(std::string_view path, int status, const std::string& body) const {
    const http::Response response{status, {}, body};
    for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
      if (probe.request.url.starts_with(absl::StrCat(std::string(kApi), std::string(path)))) {
        return configured_.connector->JudgeProbe(probe, response);
      }
    }
    ADD_FAILURE() << "no probe of " << path;
    return {};
  }

  std::string Ask(const Question& question) const {
    const std::optional<http::Request> request = configured_.connector->Ask(question);
    if (!request.has_value()) return "nothing";
    return absl::StrCat(request->method,
                        " ",
                        http::PercentDecode(request->url.substr(kApi.size())),
                        request->body.empty() ? "" : " ",
                        request->body);
  }

  absl::StatusOr<std::vector<Found>> Read(Kind kind, int status, const std::string& body) const {
    Question question;
    question.kind = kind;
    question.id = "00Q5g00000Aa001EAA";
    return configured_.connector->ReadAnswer(question, {status, {}, body});
  }

  const Configured configured_ = ConfigureFrom("salesforce", R"(
settings:
  client_id: c
  client_secret: "${SECRET}"
  login_url: https://acme.my.salesforce.com
  base_url: https://acme.my.salesforce.com
  key_field: Key__c
  activity_key_field: Act__c
mapping: {Phone: null, FirstName: null}
)");
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

constexpr char kFieldRemedy[] =
    "create the field in Salesforce or correct the mapping; rights on objects and fields are given "
    "by a permission set";

TEST_F(SalesforceQuestions, ProbesOnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
    EXPECT_EQ(probe.request.body, "") << probe.what;
  }
}

TEST_F(SalesforceQuestions, ProbeOfTheAccount) {
  ExpectFinding(
      Judge("/limits", 200, R"({"DailyApiRequests":{"Max":15000,"Remaining":14998}})"),
      {true, "the access token is accepted: 14998 of 15000 requests of the day are left", ""});
  EXPECT_FALSE(Judge("/limits", 401, R"([{"errorCode":"INVALID_SESSION_ID"}])").ok);
  ExpectFinding(Judge("/limits", 503, ""),
                {false,
                 "HTTP 503 Service Unavailable",
                 "Salesforce is in trouble or over its limit: try again later"});
  ExpectFinding(Judge("/limits", 200, "<html>"),
                {false,
                 "the answer is not Salesforce's: it is no JSON object",
                 "check login_url and base_url: are they the org's?"});
}

TEST_F(SalesforceQuestions, ProbeOfThePerson) {
  ExpectFinding(Judge("/sobjects/Lead/describe", 200, R"({"createable":true,"updateable":true,
      "fields":[{"name":"LastName","createable":true},{"name":"Company","createable":true},
                {"name":"Email","createable":true},
                {"name":"Key__c","createable":true,"externalId":true,"unique":true}]})"),
                {true, "persons can be written, and their mapped fields exist", ""});
  ExpectFinding(
      Judge("/sobjects/Lead/describe", 200, R"({"createable":true,"updateable":false,
      "fields":[{"name":"LastNames","createable":true},{"name":"Company","createable":false},
                {"name":"Email","createable":true},{"name":"Key__c","createable":true}]})"),
      {false,
       "the user may not create and edit Lead; Lead has no field LastName for this user; did you "
       "mean \"LastNames\"?; Company may not be written; Key__c is no external id; Key__c is not "
       "unique",
       kFieldRemedy});
}

TEST_F(SalesforceQuestions, ProbeOfTheActivity) {
  EXPECT_TRUE(Judge("/sobjects/Task/describe", 200, R"({"createable":true,"updateable":true,
      "fields":[{"name":"Act__c","createable":true,"externalId":true}]})")
                  .ok);
  EXPECT_FALSE(
      Judge("/sobjects/Task/describe", 200, R"({"createable":true,"updateable":true})").ok);
}

TEST_F(SalesforceQuestions, ProbeOfTheStages) {
  const auto body = [](const std::string& last) {
    std::string records;
    for (const std::string stage :
         {"Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Closed Won"}) {
      absl::StrAppend(&records, R"({"MasterLabel":"x","ApiName":")", stage, "\"},");
    }
    return absl::StrCat(R"({"records":[)", records, R"({"ApiName":")", last, "\"}]}");
  };
  EXPECT_TRUE(Judge("/query", 200, body("Closed Lost")).ok);
  ExpectFinding(Judge("/query", 200, body("Verloren")),
                {false,
                 "there is no active stage Closed Lost",
                 "set deal_stage and deal_stages to stages that the org has: Prospecting, "
                 "Qualification, Needs Analysis, Proposal/Price Quote, Closed Won, Verloren"});
}

TEST_F(SalesforceQuestions, NoProbeAnswerIsTooStrange) {
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    for (const char* body :
         {"", "null", "[]", "{}", R"({"fields":5})", R"({"records":[5,null]})"}) {
      for (const int status : {0, 200, 204, 300, 302, 400, 404, 410, 429, 500}) {
        const Finding finding = configured_.connector->JudgeProbe(probe, {status, {}, body});
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
      }
    }
  }
}

TEST_F(SalesforceQuestions, SearchByWhatTheTextIs) {
  EXPECT_EQ(
      Ask({.text = "o'b@example.com"}),
      "GET /query?q=SELECT Id, Name, Email, Phone FROM Lead WHERE Email = 'o\\'b@example.com' "
      "ORDER BY CreatedDate LIMIT 50");
  EXPECT_EQ(Ask({.text = "+4930"}),
            "GET /query?q=SELECT Id, Name, Email, Phone FROM Lead WHERE Phone = '+4930' ORDER BY "
            "CreatedDate LIMIT 50");
  EXPECT_EQ(Ask({.text = "100%'"}),
            "GET /query?q=SELECT Id, Name, Email, Phone FROM Lead WHERE Phone = '100%\\'' ORDER BY "
            "CreatedDate LIMIT 50");
  EXPECT_EQ(
      Ask({.object = "deal", .text = "100%"}),
      "GET /query?q=SELECT Id, Name, StageName, Amount, CloseDate FROM Opportunity WHERE Name "
      "LIKE '%100\\%%' ORDER BY CreatedDate LIMIT 50");
  EXPECT_EQ(Ask({.object = "task", .text = "call"}),
            "GET /query?q=SELECT Id, Subject FROM Task WHERE Subject LIKE '%call%' ORDER BY "
            "CreatedDate LIMIT 50");
  EXPECT_EQ(Ask({.object = "X WHERE"}), "nothing");
}

TEST_F(SalesforceQuestions, RecordsByTheirIds) {
  EXPECT_EQ(Ask({.kind = Kind::kGet, .id = "00Q1"}), "GET /sobjects/Lead/00Q1");
  EXPECT_EQ(Ask({.kind = Kind::kDelete, .object = "deal", .id = "006"}),
            "DELETE /sobjects/Opportunity/006");
  EXPECT_EQ(Ask({.kind = Kind::kUpdate, .id = "00Q1", .fields = {{"Email", "a\"b"}}}),
            "PATCH /sobjects/Lead/00Q1 {\"Email\":\"a\\\"b\"}");
  EXPECT_EQ(configured_.connector->Ask({.kind = Kind::kGet, .id = "../x?y"})->url,
            absl::StrCat(std::string(kApi), "/sobjects/Lead/..%2Fx%3Fy"));
  EXPECT_EQ(Ask({.kind = Kind::kFields, .object = "Account"}), "GET /sobjects/Account/describe");
}

TEST_F(SalesforceQuestions, AnswersAreRead) {
  EXPECT_EQ(*Read(Kind::kSearch, 200, R"({"records":[{"attributes":{"type":"Lead"},"Id":"00Q1",
                "Name":"Ann","Email":null,"Amount":5}]})"),
            (std::vector<Found>{{"00Q1", {{"Name", "Ann"}, {"Amount", "5"}}}}));
  EXPECT_EQ(*Read(Kind::kSearch, 200, R"({"records":[]})"), std::vector<Found>{});
  EXPECT_EQ(*Read(Kind::kUpdate, 204, ""), (std::vector<Found>{{"00Q5g00000Aa001EAA", {}}}));
  EXPECT_EQ(*Read(Kind::kFields, 200, R"({"fields":[{"name":"Key__c","label":"Key",
                "type":"string","custom":true,"externalId":true,"createable":false}]})"),
            (std::vector<Found>{{"Key__c",
                                 {{"label", "Key"},
                                  {"type", "string"},
                                  {"custom", "yes"},
                                  {"external id", "yes"},
                                  {"read-only", "yes"}}}}));
  EXPECT_EQ(
      *Read(Kind::kStages, 200, R"({"records":[{"ApiName":"Closed Won","MasterLabel":"Won",
                "IsClosed":true,"IsWon":true}]})"),
      (std::vector<Found>{{"Closed Won", {{"label", "Won"}, {"closed", "yes"}, {"won", "yes"}}}}));
}

TEST_F(SalesforceQuestions, RefusalsAreOfTheirKind) {
  struct Case {
    int status;
    const char* body;
    absl::StatusCode code;
  };
  for (const Case& c : {
           Case{401, R"([{"errorCode":"INVALID_SESSION_ID"}])", absl::StatusCode::kUnauthenticated},
           Case{403, R"([{"errorCode":"REQUEST_LIMIT_EXCEEDED"}])", absl::StatusCode::kUnavailable},
           Case{404, R"([{"errorCode":"NOT_FOUND"}])", absl::StatusCode::kNotFound},
           Case{400, R"([{"errorCode":"INVALID_FIELD"}])", absl::StatusCode::kInvalidArgument},
           Case{503, "", absl::StatusCode::kUnavailable},
           Case{200, "<html>", absl::StatusCode::kUnavailable},
       }) {
    EXPECT_EQ(Read(Kind::kGet, c.status, c.body).status().code(), c.code) << c.status;
  }
}

TEST_F(SalesforceQuestions, TokenAnswers) {
  const Configured plain = ConfigureFrom("salesforce", R"(
settings: {client_id: c, client_secret: "${SECRET}", refresh_token: "${TOKEN}"}
)");
  struct Case {
    int status;
    const char* body;
    absl::StatusCode code;
    const char* message;
  };
  for (const Case& c : {
           Case{200,
                R"({"access_token":"t","instance_url":"https://a.my.salesforce.com/"})",
                absl::StatusCode::kOk,
                ""},
           Case{200,
                R"({"access_token":"t"})",
                absl::StatusCode::kUnavailable,
                "Salesforce's token answer has no usable instance_url"},
           Case{200,
                R"({"access_token":"t","instance_url":"http://a.my.salesforce.com"})",
                absl::StatusCode::kUnavailable,
                "Salesforce's token answer has no usable instance_url"},
           Case{400,
                R"({"error":"invalid_grant","error_description":"audience is invalid"})",
                absl::StatusCode::kUnauthenticated,
                "Salesforce refuses to renew the access token: HTTP 400 invalid_grant: set "
                "`audience`: https://test.salesforce.com for a sandbox, else "
                "https://login.salesforce.com"},
           Case{400,
                R"({"error":"invalid_grant","error_description":"of ann@example.com"})",
                absl::StatusCode::kUnauthenticated,
                "Salesforce refuses to renew the access token: HTTP 400 invalid_grant"},
           Case{503,
                "",
                absl::StatusCode::kUnavailable,
                "Salesforce's token endpoint answers HTTP 503"},
       }) {
    const absl::StatusOr<delivery::RefreshedToken> token =
        plain.connector->ParseToken({c.status, {}, c.body});
    EXPECT_EQ(token.status().code(), c.code) << c.body;
    EXPECT_EQ(std::string(token.status().message()), c.message);
    if (!token.ok()) continue;
    EXPECT_EQ(token->base_url, "https://a.my.salesforce.com");
    EXPECT_EQ(token->expires_in, absl::Hours(2));
  }
}

}  // namespace
}  // namespace leadrelay::test
