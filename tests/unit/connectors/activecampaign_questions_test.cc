// What `leadctl test` and `leadctl crm` ask of ActiveCampaign, and what they make of its answers.

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Finding;
using delivery::Found;
using delivery::Probe;
using delivery::Question;
using Kind = Question::Kind;

constexpr std::string_view kApi = "https://a.example/api/3";

class ActiveCampaignQuestions : public testing::Test {
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

  const Configured configured_ = ConfigureFrom("activecampaign", R"(
settings:
  base_url: https://a.example
  api_token: ${TOKEN}
  lists: [2]
  tags: [20]
  deal_mapping: {3: company}
mapping: {6: company}
)");
};

TEST_F(ActiveCampaignQuestions, ProbesOnlyRead) {
  ASSERT_EQ(configured_.faults, "");
  for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
    EXPECT_EQ(probe.request.method, "GET") << probe.what;
    EXPECT_EQ(probe.request.body, "") << probe.what;
  }
}

TEST_F(ActiveCampaignQuestions, KeyIsTested) {
  EXPECT_EQ(Judge("/users/me", 200, R"({"user":{"id":"1"}})").message,
            "the key is accepted: user 1");
  EXPECT_FALSE(Judge("/users/me", 200, "{}").ok);
  EXPECT_FALSE(Judge("/users/me", 200, "<html>").ok);
  EXPECT_EQ(Judge("/users/me", 403, R"({"message":"Forbidden"})").message, "HTTP 403");
}

TEST_F(ActiveCampaignQuestions, WhatTheSettingsNameIsTested) {
  EXPECT_TRUE(Judge("/fields?limit=100", 200, R"({"fields":[{"id":"6"}]})").ok);
  EXPECT_EQ(Judge("/fields?limit=100", 200, R"({"fields":[{"id":"7"}]})").message,
            "there is no custom field 6");
  EXPECT_TRUE(Judge("/lists/2", 200, R"({"list":{"id":"2"}})").ok);
  EXPECT_EQ(Judge("/lists/2", 404, R"({"message":"No Result found for _List with id 2"})").message,
            "not so: list 2 exists (HTTP 404)");
  EXPECT_FALSE(Judge("/dealCustomFieldMeta?limit=100", 200, R"({"dealCustomFieldMeta":[]})").ok);
}

TEST_F(ActiveCampaignQuestions, StagesAreTested) {
  constexpr std::string_view kPath = "/dealStages?filters%5Bd_groupid%5D=1&limit=100";
  EXPECT_TRUE(Judge(kPath, 200, R"({"dealStages":[{"group":"1","id":"2","title":"in contact"},
                                                  {"group":"1","id":"3","title":"Follow Up"}]})")
                  .ok);
  const Finding finding = Judge(kPath, 200, R"({"dealStages":[
      {"group":"1","id":"2","title":"Open"},{"group":"4","id":"3","title":"Follow Up"}]})");
  EXPECT_EQ(finding.message, "pipeline 1 has no stage In Contact, Follow Up");
  EXPECT_EQ(finding.remedy, "set deal_stage and deal_stages to stages that it has: Open");
  EXPECT_EQ(Judge(kPath, 200, R"({"dealStages":[]})").message,
            "there is no pipeline 1 with stages");
}

TEST_F(ActiveCampaignQuestions, NoAnswerToAProbeIsTooStrange) {
  for (const Probe& probe : connector().Probes(absl::UnixEpoch())) {
    for (const char* body : {"", "null", "[]", "{}", R"({"fields":5})", R"({"dealStages":[5]})"}) {
      for (const int status : {0, 200, 204, 302, 400, 404, 429, 500}) {
        const Finding finding = connector().JudgeProbe(probe, {status, {}, body});
        EXPECT_FALSE(finding.message.empty());
        EXPECT_EQ(finding.ok, finding.remedy.empty());
      }
    }
  }
}

TEST_F(ActiveCampaignQuestions, AreOneRequestEach) {
  EXPECT_EQ(Url({Kind::kSearch, "person", "", "a+b&c@example.com", {}}),
            "GET /contacts?email=a%2Bb%26c%40example.com&limit=20");
  EXPECT_EQ(Url({Kind::kSearch, "person", "", "Ann Archer", {}}),
            "GET /contacts?search=Ann%20Archer&limit=20");
  EXPECT_EQ(Url({Kind::kSearch, "deal", "", "Website", {}}),
            "GET /deals?filters%5Bsearch%5D=Website&filters%5Bsearch_field%5D=title&limit=20");
  EXPECT_EQ(Url({Kind::kSearch, "tag", "", "web", {}}), "GET /tags?search=web&limit=20");
  EXPECT_EQ(Url({Kind::kGet, "person", "1/../2", "", {}}), "GET /contacts/1%2F..%2F2");
  EXPECT_EQ(Url({Kind::kDelete, "deal", "77", "", {}}), "DELETE /deals/77");
  EXPECT_EQ(Url({Kind::kFields, "person", "", "", {}}), "GET /fields?limit=100");
  EXPECT_EQ(Url({Kind::kFields, "deal", "", "", {}}), "GET /dealCustomFieldMeta?limit=100");
  EXPECT_EQ(Url({Kind::kStages, "deal", "", "", {}}), "GET /dealStages?limit=100");
  EXPECT_EQ(Url({Kind::kDelete, "tag", "20", "", {}}), "");
  EXPECT_EQ(Url({Kind::kGet, "invoice", "1", "", {}}), "");
  const auto update =
      connector().Ask({Kind::kUpdate, "person", "1", "", {{"phone", "1"}, {"6", "x\""}}});
  ASSERT_TRUE(update.has_value());
  EXPECT_EQ(update->method, "PUT");
  EXPECT_EQ(update->body,
            R"({"contact":{"phone":"1","fieldValues":[{"field":"6","value":"x\""}]}})");
}

TEST_F(ActiveCampaignQuestions, AnswersAreRead) {
  const Question search{Kind::kSearch, "person", "", "Ann@example.com", {}};
  const auto found = connector().ReadAnswer(search, {200, {}, R"({"contacts":[
      {"id":"1","email":"other@example.com"},
      {"id":"2","email":"ann@example.com","firstName":"Ann","phone":""}]})"});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found,
            (std::vector<Found>{{"2", {{"email", "ann@example.com"}, {"firstName", "Ann"}}}}));
  const Question get{Kind::kGet, "person", "2", "", {}};
  const auto one = connector().ReadAnswer(get, {200, {}, R"({
      "contact":{"id":"2","email":"a@b.c"},"fieldValues":[{"field":"6","value":"x"}]})"});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(*one, (std::vector<Found>{{"2", {{"email", "a@b.c"}, {"6", "x"}}}}));
}

TEST_F(ActiveCampaignQuestions, RefusalsAreInWords) {
  const Question get{Kind::kGet, "person", "2", "", {}};
  const auto answer = [&](int status, const char* body) {
    return connector().ReadAnswer(get, {status, {}, body}).status();
  };
  EXPECT_TRUE(absl::IsNotFound(answer(404, R"({"message":"No Result found"})")));
  EXPECT_TRUE(absl::IsInvalidArgument(answer(422, R"({"errors":[]})")));
  EXPECT_TRUE(absl::IsUnauthenticated(answer(403, "")));
  EXPECT_TRUE(absl::IsUnauthenticated(answer(200, "<html>")));
  EXPECT_TRUE(absl::IsUnavailable(answer(503, "")));
  EXPECT_TRUE(absl::IsUnavailable(answer(200, "{}")));
}

}  // namespace
}  // namespace leadrelay::test
