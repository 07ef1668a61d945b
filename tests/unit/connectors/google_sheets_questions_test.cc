#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Found;
using delivery::Probe;
using delivery::Question;
using Kind = Question::Kind;

constexpr std::string_view kSpreadsheet = "the spreadsheet is shared and has the tab";
constexpr std::string_view kColumns = "the tab has the mapped columns";

class GoogleSheetsQuestions : public testing::Test {
 protected:
  Finding Judge(std::string_view what, int status, const std::string& body) const {
    for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
      if (probe.what == what) return connector().JudgeProbe(probe, {status, {}, body});
    }
    ADD_FAILURE() << "no probe whether " << what;
    return {};
  }

  std::string Asked(const Question& question) const {
    const std::optional<http::Request> request = connector().Ask(question);
    if (!request.has_value()) return "nothing";
    return absl::StrCat(request->method, " ", request->url, " ", request->body);
  }

  absl::StatusOr<std::vector<Found>> Answered(const Question& question,
                                              int status,
                                              const std::string& body) const {
    return connector().ReadAnswer(question, {status, {}, body});
  }

  const delivery::Connector& connector() const { return *configured_.connector; }

  // The key is none; nothing here is signed.
  const Configured configured_ = ConfigureFrom("google-sheets", R"(
settings: {client_email: relay@x, private_key: "${TOKEN}", spreadsheet_id: 1Abc}
mapping: {Received: null, Phone: null, Company: null, Note: null}
)");
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

TEST_F(GoogleSheetsQuestions, Probes) {
  ExpectFinding(Judge(kSpreadsheet, 200, R"({"sheets":[{"properties":{"title":"Leads"}}]})"),
                {true, std::string(kSpreadsheet), ""});
  ExpectFinding(Judge(kSpreadsheet, 200, R"({"sheets":[{"properties":{"title":"leads"}}]})"),
                {false,
                 "the spreadsheet has no tab Leads; did you mean \"leads\"?",
                 "set `sheet` to one of: leads"});
  ExpectFinding(
      Judge(kSpreadsheet, 403, R"({"error":{"status":"PERMISSION_DENIED"}})"),
      {false, "HTTP 403 PERMISSION_DENIED", "share the spreadsheet with relay@x as an editor"});
  ExpectFinding(Judge(kColumns, 200, R"({"values":[["Name","Email","Delivery ID"]]})"),
                {true, std::string(kColumns), ""});
  ExpectFinding(Judge(kColumns, 200, R"({"values":[["Name","E-mail"]]})"),
                {false,
                 "the tab has no column Delivery ID; the tab has no column Email; did you mean "
                 "\"E-mail\"?",
                 "put the headings into the first row of the tab, from its first cell on, or "
                 "correct the mapping"});
  ExpectFinding(Judge(kColumns, 200, "<html>"),
                {false,
                 "the answer is not Google's: it is no JSON object",
                 "check base_url: is it https://sheets.googleapis.com?"});
}

TEST_F(GoogleSheetsQuestions, AProbeAsksForTheColumnToBeMarked) {
  const Configured marking = ConfigureFrom("google-sheets",
                                           R"(
settings: {client_email: relay@x, private_key: "${TOKEN}", spreadsheet_id: 1Abc}
mapping: {Received: null, Phone: null, Company: null, Note: null}
)",
                                           true);
  const Probe probe = marking.connector->Probes(absl::UnixEpoch()).at(1);
  const auto judge = [&](const std::string& headings) {
    const std::string body =
        absl::StrCat(R"({"values":[["Delivery ID","Name","Email")", headings, "]]}");
    return marking.connector->JudgeProbe(probe, {200, {}, body});
  };
  ExpectFinding(judge(R"(,"crm_synced")"), {true, std::string(kColumns), ""});
  EXPECT_EQ(judge(R"(,"crm synced")").message,
            "the tab has no column crm_synced; did you mean \"crm synced\"?");
}

TEST_F(GoogleSheetsQuestions, NoAnswerIsTooStrange) {
  for (const char* body : {"",
                           "null",
                           "[]",
                           "{}",
                           R"({"values":5,"sheets":5})",
                           R"({"values":[5,[[]]],"valueRanges":[5]})"}) {
    for (const int status : {0, 200, 204, 302, 400, 404, 429, 500}) {
      for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
        EXPECT_EQ(probe.request.method, "GET");
        const Finding finding = connector().JudgeProbe(probe, {status, {}, body});
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
      }
      for (const Kind kind : {Kind::kSearch, Kind::kGet, Kind::kUpdate, Kind::kFields}) {
        Question question;
        question.kind = kind;
        (void)connector().ReadAnswer(question, {status, {}, body});
      }
    }
  }
}

TEST_F(GoogleSheetsQuestions, AreAsked) {
  const std::string base = "https://sheets.googleapis.com/v4/spreadsheets/1Abc/values";
  Question question;
  question.text = "ann";
  EXPECT_EQ(Asked(question), "GET " + base + "/%27Leads%27%21A%3AZZ ");
  question.id = "12";
  question.kind = Kind::kGet;
  EXPECT_EQ(Asked(question),
            "GET " + base + ":batchGet?ranges=%27Leads%27%211%3A1&ranges=%27Leads%27%2112%3A12 ");
  question.kind = Kind::kDelete;
  EXPECT_EQ(Asked(question), "POST " + base + "/%27Leads%27%2112%3A12:clear {}");
  question.kind = Kind::kUpdate;
  question.fields = {{"E", "=1"}};
  EXPECT_EQ(Asked(question),
            "POST " + base +
                R"(:batchUpdate {"valueInputOption":"RAW","data":[)"
                R"({"range":"'Leads'!E12","values":[["=1"]]}]})");
  question.fields = {{"Email", "x"}};
  EXPECT_EQ(Asked(question), "nothing");
  question.fields = {{"E", "x"}};
  for (const char* id : {"", "0", "1", "012", "-2", "2:3", "12'", "123456789"}) {
    question.id = id;
    EXPECT_EQ(Asked(question), "nothing") << id;
  }
  question.kind = Kind::kStages;
  EXPECT_EQ(Asked(question), "nothing");
  question.kind = Kind::kSearch;
  question.object = "deal";
  EXPECT_EQ(Asked(question), "nothing");
}

TEST_F(GoogleSheetsQuestions, AreAnswered) {
  Question question;
  question.text = "ANN@";
  const std::string sheet =
      R"({"values":[["Name","Email"],["Bob","b@x"],["","ann@x","extra"],[]]})";
  EXPECT_EQ(*Answered(question, 200, sheet),
            (std::vector<Found>{{"3", {{"Email", "ann@x"}, {"C", "extra"}}}}));
  question.kind = Kind::kGet;
  question.id = "3";
  EXPECT_EQ(*Answered(question,
                      200,
                      R"({"valueRanges":[{"values":[["Name","Email"]]},{"values":[["Ann",5]]}]})"),
            (std::vector<Found>{{"3", {{"Name", "Ann"}, {"Email", "5"}}}}));
  EXPECT_EQ(Answered(question, 200, R"({"valueRanges":[{},{}]})").status().code(),
            absl::StatusCode::kNotFound);
  question.kind = Kind::kFields;
  EXPECT_EQ(*Answered(question, 200, R"({"values":[["Name","Email"]]})"),
            (std::vector<Found>{{"A", {{"name", "Name"}}}, {"B", {{"name", "Email"}}}}));
  const std::vector<std::pair<int, absl::StatusCode>> refusals = {
      {400, absl::StatusCode::kInvalidArgument},
      {401, absl::StatusCode::kUnauthenticated},
      {403, absl::StatusCode::kUnauthenticated},
      {404, absl::StatusCode::kNotFound},
      {429, absl::StatusCode::kUnavailable},
      {503, absl::StatusCode::kUnavailable}};
  for (const auto& [status, code] : refusals) {
    EXPECT_EQ(Answered(question, status, "").status().code(), code) << status;
  }
}

}  // namespace
}  // namespace leadrelay::test
