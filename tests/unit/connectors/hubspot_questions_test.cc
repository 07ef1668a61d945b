#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Found;
using delivery::Question;
using Kind = Question::Kind;

class HubSpotQuestions : public testing::Test {
 protected:
  // "GET /crm/objects/2026-03/contacts/7", and the body if there is one.
  std::string Ask(const Question& question) const {
    const std::optional<http::Request> request = configured_.connector->Ask(question);
    if (!request.has_value()) return "";
    const std::string host = "https://api.hubapi.com";
    EXPECT_TRUE(request->url.starts_with(host)) << request->url;
    return absl::StrCat(request->method,
                        " ",
                        request->url.substr(host.size()),
                        request->body.empty() ? "" : " ",
                        request->body);
  }

  absl::StatusOr<std::vector<Found>> Read(const Question& question,
                                          int status,
                                          const std::string& body) const {
    http::Response response;
    response.status = status;
    response.body = body;
    return configured_.connector->ReadAnswer(question, response);
  }

  const Configured configured_ = ConfigureFrom("hubspot", "settings: {access_token: '${TOKEN}'}");
};

Question Of(Kind kind, std::string object = "person", std::string id = "", std::string text = "") {
  Question question;
  question.kind = kind;
  question.object = std::move(object);
  question.id = std::move(id);
  question.text = std::move(text);
  return question;
}

Question Update(std::vector<std::pair<std::string, std::string>> fields) {
  Question question = Of(Kind::kUpdate, "person", "7");
  question.fields = std::move(fields);
  return question;
}

TEST_F(HubSpotQuestions, Requests) {
  const std::vector<std::pair<Question, std::string>> cases = {
      {Of(Kind::kSearch, "person", "", "o\"b@example.com"),
       R"(POST /crm/objects/2026-03/contacts/search {"query":"o\"b@example.com","limit":20,)"
       R"("properties":["email","firstname","lastname","phone","company"]})"},
      {Of(Kind::kSearch, "company", "", "example.com"),
       R"(POST /crm/objects/2026-03/companies/search {"query":"example.com","limit":20,)"
       R"("properties":["name","domain","phone"]})"},
      {Of(Kind::kSearch, "notes", "", "roof"),
       R"(POST /crm/objects/2026-03/notes/search {"query":"roof","limit":20,)"
       R"("properties":["hs_timestamp","hs_note_body"]})"},
      {Of(Kind::kGet, "person", "7"), "GET /crm/objects/2026-03/contacts/7"},
      {Of(Kind::kGet, "contacts", "7"), "GET /crm/objects/2026-03/contacts/7"},
      {Of(Kind::kGet, "company", "7"), "GET /crm/objects/2026-03/companies/7"},
      {Of(Kind::kGet, "task", "7/../8"), "GET /crm/objects/2026-03/tasks/7%2F..%2F8"},
      {Update({{"phone", "+4930901820"}, {"lastname", "O\"B"}}),
       R"(PATCH /crm/objects/2026-03/contacts/7 {"properties":{"phone":"+4930901820",)"
       R"("lastname":"O\"B"}})"},
      {Of(Kind::kDelete, "deal", "7"), "DELETE /crm/objects/2026-03/deals/7"},
      {Of(Kind::kFields, "company"), "GET /crm/properties/2026-03/companies"},
      {Of(Kind::kStages, "deal"), "GET /crm/pipelines/2026-03/deals"},
      {Of(Kind::kGet, "invoice", "7"), ""},
      {Of(Kind::kGet, "../oauth", "7"), ""},
      {Of(Kind::kFields, ""), ""},
  };
  for (const auto& [question, request] : cases) EXPECT_EQ(Ask(question), request);
}

TEST_F(HubSpotQuestions, OnlySearchesCountAmongTheSearches) {
  for (const Kind kind : {Kind::kGet, Kind::kUpdate, Kind::kDelete, Kind::kFields, Kind::kStages}) {
    EXPECT_EQ(configured_.connector->ScopeOf(Of(kind)), "");
  }
  EXPECT_EQ(configured_.connector->ScopeOf(Of(Kind::kSearch)), "search");
}

TEST_F(HubSpotQuestions, Answers) {
  struct Case {
    Question question;
    int status;
    std::string body;
    std::vector<Found> found;
  };
  const std::vector<Case> cases = {
      {Of(Kind::kSearch),
       200,
       R"({"total":2,"results":[
           {"id":"7","properties":{"email":"ann@example.com","phone":null,"hs_object_id":"7"}},
           {"id":"8","properties":{}}]})",
       {{"7", {{"email", "ann@example.com"}, {"hs_object_id", "7"}}}, {"8", {}}}},
      {Of(Kind::kSearch), 200, R"({"total":0,"results":[]})", {}},
      {Of(Kind::kGet, "company", "7"),
       200,
       R"({"id":"7","properties":{"name":"Example Ltd","domain":"example.com"},"archived":false})",
       {{"7", {{"name", "Example Ltd"}, {"domain", "example.com"}}}}},
      {Update({{"phone", "+4930901820"}}),
       200,
       R"({"id":"7","properties":{"phone":"+4930901820"}})",
       {{"7", {{"phone", "+4930901820"}}}}},
      {Of(Kind::kDelete, "person", "7"), 204, "", {{"7", {{"deleted", "yes"}}}}},
      {Of(Kind::kFields),
       200,
       R"({"results":[{"name":"email","label":"Email","type":"string"},
           {"name":"createdate","label":"Create Date","type":"datetime",
            "modificationMetadata":{"readOnlyValue":true}}]})",
       {{"email", {{"label", "Email"}, {"type", "string"}, {"read_only", ""}}},
        {"createdate", {{"label", "Create Date"}, {"type", "datetime"}, {"read_only", "yes"}}}}},
      {Of(Kind::kStages),
       200,
       R"({"results":[{"id":"default","stages":[{"id":"closedwon","label":"Closed won"}]},
           {"id":"2","stages":[{"id":"21","label":"New"}]},{"id":"3"}]})",
       {{"closedwon", {{"label", "Closed won"}, {"pipeline", "default"}}},
        {"21", {{"label", "New"}, {"pipeline", "2"}}}}},
  };
  for (const Case& each : cases) {
    const absl::StatusOr<std::vector<Found>> found = Read(each.question, each.status, each.body);
    ASSERT_TRUE(found.ok()) << each.body << found.status();
    EXPECT_EQ(*found, each.found) << each.body;
  }
}

TEST_F(HubSpotQuestions, Errors) {
  const std::vector<std::tuple<int, std::string, absl::Status>> cases = {
      {400,
       R"({"category":"VALIDATION_ERROR","message":"ann@ is no address"})",
       absl::InvalidArgumentError("HubSpot answers HTTP 400 VALIDATION_ERROR")},
      {401,
       R"({"category":"INVALID_AUTHENTICATION"})",
       absl::UnauthenticatedError(
           "HubSpot answers HTTP 401 INVALID_AUTHENTICATION: HubSpot does not know the access "
           "token: make a new one in the account's settings and put it in place")},
      {403,
       R"({"category":"MISSING_SCOPES","errors":[{"context":{
           "requiredGranularScopes":["crm.objects.companies.read"]}}]})",
       absl::UnauthenticatedError("HubSpot answers HTTP 403 MISSING_SCOPES: give the app these "
                                  "scopes: crm.objects.companies.read")},
      {404,
       R"({"category":"OBJECT_NOT_FOUND"})",
       absl::NotFoundError("HubSpot has no such record")},
      {409,
       R"({"category":"CONFLICT"})",
       absl::InvalidArgumentError("HubSpot answers HTTP 409 CONFLICT")},
      {429, R"({"policyName":"SECONDLY"})", absl::UnavailableError("HubSpot answers HTTP 429")},
      {503, "<html>", absl::UnavailableError("HubSpot answers HTTP 503")},
  };
  for (const Kind kind :
       {Kind::kSearch, Kind::kGet, Kind::kUpdate, Kind::kDelete, Kind::kFields, Kind::kStages}) {
    for (const auto& [status, body, error] : cases) {
      EXPECT_EQ(Read(Of(kind), status, body).status(), error);
    }
  }
}

// Not "nothing found", which would be taken for an answer.
TEST_F(HubSpotQuestions, WhatIsNotHubSpotsAnswerIsAnError) {
  for (const Kind kind : {Kind::kSearch, Kind::kGet, Kind::kUpdate, Kind::kFields, Kind::kStages}) {
    for (const char* body : {"", "<html>", "null", "[]", "{}", R"({"results":{},"id":{}})"}) {
      EXPECT_EQ(Read(Of(kind), 200, body).status(),
                absl::UnavailableError("the answer is not HubSpot's: check base_url"))
          << body;
    }
  }
}

}  // namespace
}  // namespace leadrelay::test
