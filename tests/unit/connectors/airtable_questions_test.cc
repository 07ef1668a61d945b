#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Found;
using delivery::Probe;
using delivery::Question;
using Kind = Question::Kind;

constexpr std::string_view kTables = R"({"tables":[
    {"id":"tblP","name":"Leads","fields":[
      {"id":"fld1","name":"Name","type":"singleLineText"},
      {"id":"fld2","name":"Email","type":"email"},
      {"id":"fld3","name":"Phone","type":"phoneNumber"},
      {"id":"fld4","name":"Company","type":"singleLineText"},
      {"id":"fld5","name":"Notes","type":"multilineText"}]},
    {"id":"tblD","name":"Deals","fields":[
      {"id":"fld6","name":"Name","type":"singleLineText"},
      {"id":"fld7","name":"Value","type":"formula"},
      {"id":"fld8","name":"Stage","type":"singleSelect","options":{"choices":[
        {"id":"sel1","name":"New"},{"id":"sel2","name":"Won"}]}},
      {"id":"fld9","name":"Delivery ID","type":"checkbox"},
      {"id":"fldA","name":"Person","type":"multipleRecordLinks",
       "options":{"linkedTableId":"tblX"}}]}]})";

class AirtableQuestions : public testing::Test {
 protected:
  Finding Judge(std::string_view what, int status, std::string_view body) const {
    http::Response response;
    response.status = status;
    response.body = std::string(body);
    for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
      if (probe.what == what) return configured_.connector->JudgeProbe(probe, response);
    }
    ADD_FAILURE() << "no probe whether " << what;
    return {};
  }

  std::string Asked(const Question& question) const {
    const std::optional<http::Request> request = configured_.connector->Ask(question);
    if (!request.has_value()) return "nothing";
    return absl::StrCat(request->method, " ", request->url, " ", request->body);
  }

  absl::StatusOr<std::vector<Found>> Answered(const Question& question,
                                              int status,
                                              std::string_view body) const {
    http::Response response;
    response.status = status;
    response.body = std::string(body);
    return configured_.connector->ReadAnswer(question, response);
  }

  const Configured configured_ = ConfigureFrom("airtable", R"(
settings: {access_token: "${TOKEN}", base_id: appA1, table: Leads, deal_table: Deals, typecast: false,
           deal_mapping: {Currency: null, Close date: null}}
)");
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

constexpr std::string_view kToken = "the access token is accepted";
constexpr std::string_view kPeople = "the people's table has the mapped fields";
constexpr std::string_view kDeals = "the deals' table has the mapped fields and stages";

TEST_F(AirtableQuestions, ProbesOnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
  }
}

TEST_F(AirtableQuestions, ProbeOfTheToken) {
  ExpectFinding(Judge(kToken, 200, R"({"id":"usr1"})"), {true, std::string(kToken), ""});
  ExpectFinding(Judge(kToken, 200, R"({"id":"usr1","scopes":["data.records:read"]})"),
                {false,
                 "the token lacks the scope data.records:write",
                 "give the integration the scope data.records:write and connect the account "
                 "again"});
  ExpectFinding(Judge(kToken, 200, "<html>"),
                {false,
                 "the answer is not Airtable's: it is no JSON object",
                 "check base_url: is it https://api.airtable.com/v0?"});
  ExpectFinding(Judge("the people's records can be read",
                      429,
                      R"({"error":{"type":"PUBLIC_API_BILLING_LIMIT_EXCEEDED"}})"),
                {false,
                 "HTTP 429 PUBLIC_API_BILLING_LIMIT_EXCEEDED: the workspace has used up its calls "
                 "of this month",
                 "upgrade the Airtable workspace, or wait for the next month; the leads are kept"});
}

TEST_F(AirtableQuestions, ProbeOfTheTables) {
  ExpectFinding(Judge(kPeople, 200, kTables), {true, std::string(kPeople), ""});
  ExpectFinding(Judge(kPeople, 403, "{}"),
                {false,
                 "HTTP 403",
                 "give the token the scope schema.bases:read, which only this test and `leadctl "
                 "crm` need"});
  ExpectFinding(
      Judge(kPeople, 200, R"({"tables":[{"id":"tblP","name":"leads"}]})"),
      {false, "the base has no table Leads; did you mean \"leads\"?", "name one of: leads"});
  ExpectFinding(
      Judge(kDeals, 200, kTables),
      {false,
       "table Deals: Value is computed by Airtable; Delivery ID identifies records, and cannot as "
       "checkbox; Person is no link to the people's table; Stage has no option Demo; Stage has no "
       "option Lost; Stage has no option Proposal; Stage has no option Qualified",
       "change the table in Airtable, or correct the mapping and the names of fields in the "
       "settings"});
}

TEST_F(AirtableQuestions, NoAnswerIsTooStrange) {
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    for (const char* body :
         {"", "null", "[]", "{}", R"({"tables":5})", R"({"tables":[5,{"fields":[null]}]})"}) {
      http::Response response;
      response.body = body;
      for (const int status : {0, 200, 204, 302, 400, 403, 404, 422, 429, 500}) {
        response.status = status;
        const Finding finding = configured_.connector->JudgeProbe(probe, response);
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
        for (const Kind kind : {Kind::kSearch, Kind::kGet, Kind::kFields, Kind::kStages}) {
          Question question;
          question.kind = kind;
          (void)configured_.connector->ReadAnswer(question, response);
        }
      }
    }
  }
}

TEST_F(AirtableQuestions, AreAsked) {
  const std::string base = "https://api.airtable.com/v0/appA1";
  Question question;
  question.text = R"x(x"),TRUE())x";
  std::string formula;
  for (const char* field : {"Name", "Email", "Phone", "Company"}) {
    absl::StrAppend(&formula,
                    formula.empty() ? "" : ",",
                    R"x(FIND(LOWER(\"x\\\"),TRUE()\"),LOWER({)x",
                    field,
                    R"x(}&\"\"))>0)x");
  }
  EXPECT_EQ(Asked(question),
            absl::StrCat("POST ",
                         base,
                         R"x(/Leads/listRecords {"filterByFormula":"OR()x",
                         formula,
                         R"x()","maxRecords":20})x"));
  question.kind = Kind::kGet;
  question.id = "rec1/../x?";
  EXPECT_EQ(Asked(question), "GET " + base + "/Leads/rec1%2F..%2Fx%3F ");
  question.kind = Kind::kDelete;
  question.object = "deal";
  question.id = "rec1";
  EXPECT_EQ(Asked(question), "DELETE " + base + "/Deals/rec1 ");
  question.kind = Kind::kUpdate;
  question.fields = {{"Stage", "Won"}};
  EXPECT_EQ(Asked(question), "PATCH " + base + R"(/Deals/rec1 {"fields":{"Stage":"Won"}})");
  question.kind = Kind::kFields;
  EXPECT_EQ(Asked(question), "GET https://api.airtable.com/v0/meta/bases/appA1/tables ");
  question.object = "task";
  EXPECT_EQ(Asked(question), "nothing");
  question.object = "note";
  EXPECT_EQ(Asked(question), "nothing");
}

TEST_F(AirtableQuestions, AreAnswered) {
  Question question;
  EXPECT_EQ(*Answered(question,
                      200,
                      R"({"records":[{"id":"rec1","fields":{"Email":"a@x","Deals":["rec2"]}}]})"),
            (std::vector<Found>{{"rec1", {{"Email", "a@x"}, {"Deals", R"(["rec2"])"}}}}));
  EXPECT_EQ(*Answered(question, 200, R"({"records":[]})"), std::vector<Found>());
  question.kind = Kind::kDelete;
  EXPECT_EQ(*Answered(question, 200, R"({"id":"rec1","deleted":true})"),
            (std::vector<Found>{{"rec1", {}}}));
  question.kind = Kind::kStages;
  EXPECT_EQ(*Answered(question, 200, kTables),
            (std::vector<Found>{{"sel1", {{"name", "New"}}}, {"sel2", {{"name", "Won"}}}}));
  question.kind = Kind::kFields;
  question.object = "deal";
  EXPECT_EQ(Answered(question, 200, kTables)->at(1),
            (Found{"fld7", {{"name", "Value"}, {"type", "formula"}, {"writable", "no"}}}));
}

TEST_F(AirtableQuestions, AreRefused) {
  const std::vector<std::tuple<int, std::string, absl::StatusCode>> cases = {
      {404, R"({"error":{"type":"MODEL_ID_NOT_FOUND"}})", absl::StatusCode::kNotFound},
      {401, "", absl::StatusCode::kUnauthenticated},
      {403, "", absl::StatusCode::kUnauthenticated},
      {422, R"({"error":{"type":"UNKNOWN_FIELD_NAME"}})", absl::StatusCode::kInvalidArgument},
      {429, "", absl::StatusCode::kUnavailable},
      {503, "", absl::StatusCode::kUnavailable},
      {200, "<html>", absl::StatusCode::kUnavailable},
  };
  for (const auto& [status, body, code] : cases) {
    EXPECT_EQ(Answered({}, status, body).status().code(), code) << status;
  }
}

}  // namespace
}  // namespace leadrelay::test
