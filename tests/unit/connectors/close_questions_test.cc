// What `leadctl test` and `leadctl crm` ask of Close.

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Found;
using delivery::Probe;
using delivery::Question;
using Kind = Question::Kind;

constexpr std::string_view kApi = "https://api.close.com/api/v1";

Question About(Kind kind, std::string object, std::string id = "") {
  Question question;
  question.kind = kind;
  question.object = std::move(object);
  question.id = std::move(id);
  return question;
}

Question Seeking(std::string object, std::string text) {
  Question question = About(Kind::kSearch, std::move(object));
  question.text = std::move(text);
  return question;
}

Question Updating(std::string object,
                  std::string id,
                  std::vector<std::pair<std::string, std::string>> fields) {
  Question question = About(Kind::kUpdate, std::move(object), std::move(id));
  question.fields = std::move(fields);
  return question;
}

class CloseQuestions : public testing::Test {
 protected:
  Finding Judge(std::string_view path, int status, const std::string& body) const {
    for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
      if (probe.request.url == absl::StrCat(std::string(kApi), std::string(path))) {
        return configured_.connector->JudgeProbe(probe, {status, {}, body});
      }
    }
    ADD_FAILURE() << "no probe of " << path;
    return {};
  }

  // "GET /contact/cont_1/", with the body behind it.
  std::string Ask(const Question& question) const {
    const std::optional<http::Request> request = configured_.connector->Ask(question);
    if (!request.has_value()) return "nothing";
    const std::string path = request->url.substr(kApi.size());
    return absl::StrCat(
        request->method, " ", path, request->body.empty() ? "" : " ", request->body);
  }

  absl::StatusOr<std::vector<Found>> Read(const Question& question,
                                          int status,
                                          const std::string& body) const {
    return configured_.connector->ReadAnswer(question, {status, {}, body});
  }

  const Configured configured_ = ConfigureFrom("close", R"(
settings:
  api_key: "${TOKEN}"
  deal_stages: {qualified: Discovery, won: stat_won}
  deal_key_field: custom.cf_key
mapping: {custom.cf_tier: form_data.tier}
)");
};

void ExpectFinding(const Finding& finding, const Finding& expected) {
  EXPECT_EQ(finding.ok, expected.ok);
  EXPECT_EQ(finding.message, expected.message);
  EXPECT_EQ(finding.remedy, expected.remedy);
}

TEST_F(CloseQuestions, ProbesOnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
    EXPECT_EQ(probe.request.body, "") << probe.what;
  }
}

TEST_F(CloseQuestions, ProbeOfTheCredential) {
  ExpectFinding(Judge("/me/", 200, R"({"id":"user_1","organizations":[{"name":"Example Ltd"}]})"),
                {true, "the credential is accepted: Example Ltd", ""});
  ExpectFinding(Judge("/me/", 401, R"({"error":"Unauthorized"})"),
                {false,
                 "HTTP 401: Close does not know the API key",
                 "make a new key in Close under Settings, Developer, and put it in place"});
  ExpectFinding(
      Judge("/me/", 404, "<html>"),
      {false, "HTTP 404", "check base_url of the destination: is it https://api.close.com?"});
  ExpectFinding(Judge("/me/", 503, ""),
                {false,
                 "HTTP 503 Service Unavailable",
                 "Close is in trouble or over its limit: try again later"});
}

TEST_F(CloseQuestions, ProbeOfFields) {
  constexpr std::string_view kSchema = "/custom_field_schema/contact/";
  ExpectFinding(Judge(kSchema, 200, R"({"fields":[{"id":"cf_tier"}]})"),
                {true, "the mapped fields of contacts exist", ""});
  ExpectFinding(Judge(kSchema, 200, R"({"data":[{"id":"cf_tier"}]})"),
                {true, "the mapped fields of contacts exist", ""});
  ExpectFinding(Judge(kSchema, 200, R"({"fields":[{"id":"cf_tiers"}]})"),
                {false,
                 "there is no field custom.cf_tier; did you mean \"custom.cf_tiers\"?",
                 "take the id from Close under Settings, Custom Fields, or correct the mapping: "
                 "Close takes unknown fields without a word"});
  EXPECT_TRUE(Judge("/custom_field_schema/lead/", 200, R"({"fields":[]})").ok);
  EXPECT_FALSE(Judge("/custom_field_schema/opportunity/", 200, R"({"fields":[]})").ok);
}

TEST_F(CloseQuestions, ProbeOfStages) {
  constexpr std::string_view kStatuses = "/status/opportunity/";
  ExpectFinding(
      Judge(kStatuses,
            200,
            R"({"data":[{"id":"stat_1","label":"Discovery"},{"id":"stat_won","label":"Won"}]})"),
      {true, "the stages of deal_stages exist: Close has Discovery, Won", ""});
  ExpectFinding(Judge(kStatuses, 200, R"({"data":[{"id":"stat_1","label":"Won","type":"won"}]})"),
                {false,
                 "there is no opportunity status Discovery, stat_won",
                 "set deal_stages to statuses that Close has: Won"});
}

TEST_F(CloseQuestions, NoAnswerToAProbeIsTooStrange) {
  for (const Probe& probe : configured_.connector->Probes(absl::UnixEpoch())) {
    for (const char* body :
         {"", "null", "[]", "{}", R"({"data":5})", R"({"data":[5,null]})", R"({"fields":[{}]})"}) {
      for (const int status : {0, 200, 204, 302, 400, 404, 429, 500}) {
        const Finding finding = configured_.connector->JudgeProbe(probe, {status, {}, body});
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
      }
    }
  }
}

TEST_F(CloseQuestions, Requests) {
  EXPECT_EQ(Ask(About(Kind::kGet, "person", "cont_1")), "GET /contact/cont_1/");
  EXPECT_EQ(Ask(About(Kind::kGet, "contact", "../me")), "GET /contact/..%2Fme/");
  EXPECT_EQ(Ask(About(Kind::kGet, "company", "lead_1")), "GET /lead/lead_1/");
  EXPECT_EQ(Ask(About(Kind::kDelete, "deal", "oppo_1")), "DELETE /opportunity/oppo_1/");
  EXPECT_EQ(Ask(About(Kind::kDelete, "note", "acti_1")), "DELETE /activity/note/acti_1/");
  EXPECT_EQ(
      Ask(Updating("person", "cont_1", {{"title", "A \"B\""}, {"email", "a@b.c"}})),
      R"(PUT /contact/cont_1/ {"title":"A \"B\"","emails":[{"email":"a@b.c","type":"office"}]})");
  EXPECT_EQ(Ask(Updating("deal", "oppo_1", {{"value", "5000"}, {"note", "7"}})),
            R"(PUT /opportunity/oppo_1/ {"value":5000,"note":"7"})");
  EXPECT_EQ(Ask(About(Kind::kFields, "deal")), "GET /custom_field_schema/opportunity/");
  EXPECT_EQ(Ask(About(Kind::kStages, "deal")), "GET /status/opportunity/");
  EXPECT_EQ(Ask(About(Kind::kFields, "note")), "nothing");
  EXPECT_EQ(Ask(Seeking("note", "Website")), "nothing");
  EXPECT_EQ(Ask(About(Kind::kGet, "invoice", "1")), "nothing");
}

TEST_F(CloseQuestions, Searches) {
  const auto field_of = [this](const std::string& object, const std::string& text) {
    const std::string request = Ask(Seeking(object, text));
    for (const char* field : {"contact_email", "contact_phone", "full_words"}) {
      if (request.find(field) != std::string::npos) return std::string(field);
    }
    return request;
  };
  EXPECT_EQ(field_of("person", "ann@example.com"), "contact_email");
  EXPECT_EQ(field_of("person", "+1 (555) 010-0001"), "contact_phone");
  EXPECT_EQ(field_of("person", "Ann Archer"), "full_words");
  EXPECT_EQ(field_of("company", "ann@example.com"), "full_words");
}

TEST_F(CloseQuestions, SearchesForDeals) {
  const std::vector<std::pair<std::string, http::Fields>> cases = {
      {"lead_1", {{"lead_id", "lead_1"}}},
      {"lead_1&_limit=1", {{"lead_id", "lead_1&_limit=1"}}},
      {"stat_won", {{"status_id", "stat_won"}}},
      {"Website", {{"query", "note:\"Website\""}}},
      {"Relaunch of Café", {{"query", "note:\"Relaunch of Café\""}}},
      {"a\" OR \\\"b", {{"query", "note:\"a  OR   b\""}}},
  };
  for (const auto& [text, filter] : cases) {
    http::Fields expected = {{"_order_by", "-date_created"}};
    expected.insert(expected.end(), filter.begin(), filter.end());
    const std::string request = Ask(Seeking("deal", text));
    ASSERT_TRUE(request.starts_with("GET /opportunity/?")) << request;
    EXPECT_EQ(http::ParseForm(http::QueryOf(request)), expected) << text;
  }
  const auto found = Read(Seeking("opportunity", "Website"), 200, R"({"has_more":false,"data":[
      {"id":"oppo_1","lead_id":"lead_1","note":"Website","value":125050,"contact_id":null}]})");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found,
            (std::vector<Found>{
                {"oppo_1", {{"lead_id", "lead_1"}, {"note", "Website"}, {"value", "125050"}}}}));
}

TEST_F(CloseQuestions, Answers) {
  const auto found = Read(Seeking("person", "ann@example.com"), 200, R"({"data":[
      {"__object_type":"contact","id":"cont_1","lead_id":"lead_1","name":"Ann","title":null,
       "emails":[{"email":"ann@example.com"},{"email":"a@b.c"}],"phones":[]}],"cursor":null})");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found,
            (std::vector<Found>{
                {"cont_1",
                 {{"lead_id", "lead_1"}, {"name", "Ann"}, {"emails", "ann@example.com, a@b.c"}}}}));
  EXPECT_EQ(Read(About(Kind::kDelete, "person", "cont_1"), 200, "")->size(), 0u);
  EXPECT_EQ(
      Read(About(Kind::kGet, "deal", "oppo_1"), 200, R"({"id":"oppo_1","value":5000})")->front(),
      (Found{"oppo_1", {{"value", "5000"}}}));
  const auto fields =
      Read(About(Kind::kFields, "person"), 200, R"({"fields":[{"id":"cf_1","name":"Tier"}]})");
  EXPECT_EQ(fields->front(), (Found{"name", {{"read_only", ""}}}));
  EXPECT_EQ(fields->back(), (Found{"custom.cf_1", {{"name", "Tier"}}}));
}

TEST_F(CloseQuestions, Refusals) {
  const Question question = About(Kind::kGet, "person", "cont_1");
  EXPECT_TRUE(absl::IsNotFound(Read(question, 404, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Read(question, 400, "").status()));
  EXPECT_TRUE(absl::IsUnauthenticated(Read(question, 401, "").status()));
  EXPECT_TRUE(absl::IsUnavailable(Read(question, 429, "").status()));
  EXPECT_TRUE(absl::IsUnavailable(Read(question, 502, "").status()));
  EXPECT_TRUE(absl::IsUnavailable(Read(question, 200, "<html>").status()));
}

}  // namespace
}  // namespace leadrelay::test
