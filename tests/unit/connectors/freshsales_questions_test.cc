// What `leadctl test` and `leadctl crm` ask of Freshsales, and what they make of its answers.

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Found;
using delivery::Probe;
using delivery::Question;
using Kind = Question::Kind;

constexpr std::string_view kApi = "https://a.example/crm/sales/api";

class FreshsalesQuestions : public testing::Test {
 protected:
  Finding Judge(std::string_view path, int status, const std::string& body) const {
    const http::Response response{status, {}, body};
    for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
      if (probe.request.url == absl::StrCat(std::string(kApi), std::string(path))) {
        return connector().JudgeProbe(probe, response);
      }
    }
    ADD_FAILURE() << "no probe of " << path;
    return {};
  }

  std::string Url(const Question& question) const {
    const std::optional<http::Request> request = connector().Ask(question);
    if (!request.has_value()) return "";
    return absl::StrCat(request->method, " ", request->url.substr(kApi.size()));
  }

  const delivery::Connector& connector() const { return *configured_.connector; }

  const Configured configured_ = ConfigureFrom("freshsales", R"(
settings:
  base_url: https://a.example
  api_key: ${TOKEN}
  deal_pipeline: 10
  deal_mapping: {cf_origin: company}
  accounts: true
  account_mapping: {cf_size: company}
mapping: {cf_budget: company}
)");
};

TEST_F(FreshsalesQuestions, ProbesOnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
    EXPECT_EQ(probe.request.body, "") << probe.what;
  }
}

TEST_F(FreshsalesQuestions, KeyIsTested) {
  EXPECT_TRUE(Judge("/selector/owners", 200, R"({"users":[{"id":700}]})").ok);
  EXPECT_EQ(Judge("/selector/owners", 200, "{}").message,
            "the answer is not Freshsales': it has no users");
  EXPECT_EQ(Judge("/selector/owners", 401, R"({"login":"failed"})").message, "HTTP 401");
  EXPECT_EQ(Judge("/selector/owners", 404, "").remedy,
            "set base_url to the bundle alias of Settings > API Settings");
}

TEST_F(FreshsalesQuestions, FieldsAreTested) {
  EXPECT_TRUE(Judge("/settings/contacts/fields", 200, R"({"fields":[{"name":"cf_budget"}]})").ok);
  EXPECT_EQ(Judge("/settings/deals/fields", 200, R"({"fields":[{"name":"cf_origins"}]})").message,
            "there is no field cf_origin; did you mean \"cf_origins\"?");
  EXPECT_EQ(Judge("/settings/sales_accounts/fields", 200, R"({"fields":[]})").message,
            "there is no field cf_size");
}

TEST_F(FreshsalesQuestions, StagesAreTested) {
  EXPECT_TRUE(Judge("/selector/deal_stages", 200, R"({"deal_stages":[{"id":1,"name":"new"},
      {"id":2,"name":"Qualification"},{"id":3,"name":"Demo"},{"id":4,"name":"Negotiation"},
      {"id":5,"name":"Won"},{"id":6,"name":"Lost"}]})")
                  .ok);
  const Finding finding = Judge("/selector/deal_stages", 200, R"({"deal_stages":[
      {"id":1,"name":"New","deal_pipeline_id":10},{"id":2,"name":"Follow-up"},
      {"id":3,"name":"Demo","deal_pipeline_id":20},{"id":4,"name":"Proposal"},
      {"id":5,"name":"Won"},{"id":6,"name":"Lost"}]})");
  EXPECT_EQ(finding.message, "there is no stage Demo (demo)");
  EXPECT_EQ(finding.remedy,
            "set deal_stage and deal_stages to stages that there are: New, Follow-up, Proposal, "
            "Won, Lost");
}

TEST_F(FreshsalesQuestions, NoAnswerToAProbeIsTooStrange) {
  for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
    for (const char* body : {"", "null", "[]", "{}", R"({"fields":5})", R"({"deal_stages":[5]})"}) {
      for (const int status : {0, 200, 204, 302, 400, 404, 429, 500}) {
        const Finding finding = connector().JudgeProbe(probe, {status, {}, body});
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
      }
    }
  }
}

TEST_F(FreshsalesQuestions, AreOneRequestEach) {
  EXPECT_EQ(Url({Kind::kSearch, "person", "", "a+b&c@example.com", {}}),
            "GET /lookup?q=a%2Bb%26c%40example.com&f=email&entities=contact");
  EXPECT_EQ(Url({Kind::kSearch, "person", "", "Ann Archer", {}}),
            "GET /search?q=Ann%20Archer&include=contact&per_page=20");
  EXPECT_EQ(Url({Kind::kSearch, "deal", "", "Website", {}}),
            "GET /search?q=Website&include=deal&per_page=20");
  EXPECT_EQ(Url({Kind::kSearch, "company", "", "Example Ltd", {}}),
            "GET /search?q=Example%20Ltd&include=sales_account&per_page=20");
  EXPECT_EQ(Url({Kind::kGet, "company", "7001", "", {}}), "GET /sales_accounts/7001");
  EXPECT_EQ(Url({Kind::kFields, "company", "", "", {}}), "GET /settings/sales_accounts/fields");
  EXPECT_EQ(Url({Kind::kSearch, "owner", "", "Ada", {}}), "GET /selector/owners");
  EXPECT_EQ(Url({Kind::kGet, "person", "1/../2", "", {}}), "GET /contacts/1%2F..%2F2");
  EXPECT_EQ(Url({Kind::kDelete, "deal", "77", "", {}}), "DELETE /deals/77");
  EXPECT_EQ(Url({Kind::kFields, "person", "", "", {}}), "GET /settings/contacts/fields");
  EXPECT_EQ(Url({Kind::kFields, "deal", "", "", {}}), "GET /settings/deals/fields");
  EXPECT_EQ(Url({Kind::kStages, "deal", "", "", {}}), "GET /selector/deal_stages");
  EXPECT_EQ(Url({Kind::kDelete, "owner", "700", "", {}}), "");
  EXPECT_EQ(Url({Kind::kGet, "invoice", "1", "", {}}), "");
  const auto update = connector().Ask(
      {Kind::kUpdate, "person", "1", "", {{"owner_id", "700"}, {"cf_budget", "x\""}}});
  ASSERT_TRUE(update.has_value());
  EXPECT_EQ(update->method, "PUT");
  EXPECT_EQ(update->body, R"({"contact":{"owner_id":700,"custom_field":{"cf_budget":"x\""}}})");
}

TEST_F(FreshsalesQuestions, AnswersAreRead) {
  const auto read = [this](const Question& question, const char* body) {
    const auto answer = connector().ReadAnswer(question, {200, {}, body});
    return answer.ok() ? *answer : std::vector<Found>{{answer.status().ToString(), {}}};
  };
  EXPECT_EQ(read({Kind::kSearch, "person", "", "ann@example.com", {}},
                 R"({"contacts":{"contacts":[{"id":70042006456,"email":"ann@example.com"}]}})"),
            (std::vector<Found>{{"70042006456", {{"email", "ann@example.com"}}}}));
  EXPECT_EQ(read({Kind::kSearch, "person", "", "Ann", {}},
                 R"([{"id":"7","type":"contact","name":"Ann Archer"}])"),
            (std::vector<Found>{{"7", {{"name", "Ann Archer"}}}}));
  EXPECT_EQ(read({Kind::kGet, "person", "7", "", {}},
                 R"({"contact":{"id":7,"custom_field":{"cf_budget":"10k","cf_x":null}}})"),
            (std::vector<Found>{{"7", {{"cf_budget", "10k"}}}}));
  EXPECT_EQ(read({Kind::kGet, "company", "7001", "", {}},
                 R"({"sales_account":{"id":7001,"name":"Example Ltd","website":null}})"),
            (std::vector<Found>{{"7001", {{"name", "Example Ltd"}}}}));
  EXPECT_EQ(read({Kind::kSearch, "owner", "", "ada", {}},
                 R"({"users":[{"id":700,"display_name":"Ada"},{"id":701,"display_name":"Bob"}]})"),
            (std::vector<Found>{{"700", {{"display_name", "Ada"}}}}));
  EXPECT_EQ(read({Kind::kDelete, "person", "7", "", {}}, "true"), std::vector<Found>{});
}

TEST_F(FreshsalesQuestions, RefusalsAreInWords) {
  const Question get{Kind::kGet, "person", "2", "", {}};
  const auto answer = [&](int status, const char* body) {
    return connector().ReadAnswer(get, {status, {}, body}).status();
  };
  EXPECT_TRUE(absl::IsNotFound(answer(404, "")));
  EXPECT_TRUE(absl::IsInvalidArgument(answer(422, "{}")));
  EXPECT_TRUE(absl::IsUnauthenticated(answer(401, "")));
  EXPECT_TRUE(absl::IsUnauthenticated(answer(302, "")));
  EXPECT_TRUE(absl::IsUnavailable(answer(503, "")));
  EXPECT_TRUE(absl::IsUnavailable(answer(200, "{}")));
}

}  // namespace
}  // namespace leadrelay::test
