#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Found;
using delivery::Question;
using Kind = Question::Kind;

class ZohoQuestions : public testing::Test {
 protected:
  // "GET /crm/v8/Leads/7", and the body if there is one.
  std::string Ask(const Question& question) const {
    const std::optional<http::Request> request = configured_.connector->Ask(question);
    if (!request.has_value()) return "";
    return absl::StrCat(
        request->method, " ", request->url, request->body.empty() ? "" : " ", request->body);
  }

  absl::StatusOr<std::vector<Found>> Read(const Question& question,
                                          int status,
                                          const std::string& body) const {
    http::Response response;
    response.status = status;
    response.body = body;
    return configured_.connector->ReadAnswer(question, response);
  }

  const Configured configured_ = ConfigureFrom(
      "zoho", "settings: {client_id: x, client_secret: '${SECRET}', refresh_token: '${TOKEN}'}");
};

Question Of(Kind kind, std::string object = "person", std::string id = "", std::string text = "") {
  Question question;
  question.kind = kind;
  question.object = std::move(object);
  question.id = std::move(id);
  question.text = std::move(text);
  return question;
}

TEST_F(ZohoQuestions, Requests) {
  EXPECT_EQ(Ask(Of(Kind::kSearch, "person", "", "o'b+x@example.com")),
            "GET /crm/v8/Leads/search?email=o%27b%2Bx%40example.com");
  EXPECT_EQ(Ask(Of(Kind::kSearch, "contact", "", "+49 (30) 90-18")),
            "GET /crm/v8/Contacts/search?phone=%2B49%20%2830%29%2090-18");
  EXPECT_EQ(Ask(Of(Kind::kSearch, "deal", "", "Web & more")),
            "GET /crm/v8/Deals/search?word=Web%20%26%20more");
  EXPECT_EQ(Ask(Of(Kind::kSearch, "coql", "", "select id from Leads where Email = 'a'")),
            R"(POST /crm/v8/coql {"select_query":"select id from Leads where Email = 'a'"})");
  EXPECT_EQ(Ask(Of(Kind::kGet, "task", "7/../8")), "GET /crm/v8/Tasks/7%2F..%2F8");
  EXPECT_EQ(Ask(Of(Kind::kDelete, "note", "7,8")), "DELETE /crm/v8/Notes?ids=7%2C8");
  EXPECT_EQ(Ask(Of(Kind::kFields, "My_Module")), "GET /crm/v8/settings/fields?module=My_Module");
  EXPECT_EQ(Ask(Of(Kind::kStages)), "GET /crm/v8/settings/fields?module=Deals");
  EXPECT_EQ(Ask(Of(Kind::kGet, "../org", "7")), "");

  Question update = Of(Kind::kUpdate, "person", "7");
  update.fields = {{"Last_Name", "O\"B"}, {"Owner", "9"}};
  EXPECT_EQ(Ask(update),
            R"(PUT /crm/v8/Leads/7 {"data":[{"Last_Name":"O\"B","Owner":{"id":"9"}}]})");
  // The company's own name, and the company of a contact.
  for (const auto& [object, body] : std::vector<std::pair<std::string, std::string>>{
           {"company", R"(PUT /crm/v8/Accounts/7 {"data":[{"Account_Name":"9"}]})"},
           {"contact", R"(PUT /crm/v8/Contacts/7 {"data":[{"Account_Name":{"id":"9"}}]})"}}) {
    update.object = object;
    update.fields = {{"Account_Name", "9"}};
    EXPECT_EQ(Ask(update), body);
  }
}

TEST_F(ZohoQuestions, Records) {
  const absl::StatusOr<std::vector<Found>> found =
      Read(Of(Kind::kSearch), 200, R"({"data":[{"id":"7","Email":"a@example.com","Phone":null,
          "Owner":{"name":"Sales","id":"9"},"Tag":["x"],"VIP":false,"$editable":true},
          {"id":"8"}],"info":{}})");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found,
            (std::vector<Found>{{"7",
                                 {{"Email", "a@example.com"},
                                  {"Owner", "Sales (9)"},
                                  {"Tag", "[\"x\"]"},
                                  {"VIP", "false"}}},
                                {"8", {}}}));
  EXPECT_TRUE(Read(Of(Kind::kSearch), 204, "")->empty());
  EXPECT_TRUE(absl::IsNotFound(Read(Of(Kind::kGet), 204, "").status()));
}

TEST_F(ZohoQuestions, FieldsAndStages) {
  const std::string body = R"({"fields":[
      {"api_name":"Stage","field_label":"Stage","data_type":"picklist","system_mandatory":true,
       "unique":{},"pick_list_values":[{"display_value":"Won","actual_value":"Closed Won"}]},
      {"api_name":"Delivery","field_label":"Delivery","data_type":"text","read_only":true,
       "unique":{"casesensitive":"false"}}]})";
  EXPECT_EQ(
      *Read(Of(Kind::kFields, "deal"), 200, body),
      (std::vector<Found>{
          {"Stage", {{"label", "Stage"}, {"type", "picklist"}, {"system_mandatory", "true"}}},
          {"Delivery",
           {{"label", "Delivery"}, {"type", "text"}, {"read_only", "true"}, {"unique", "true"}}}}));
  EXPECT_EQ(*Read(Of(Kind::kStages), 200, body),
            (std::vector<Found>{{"Closed Won", {{"label", "Won"}}}}));
}

TEST_F(ZohoQuestions, WhatBecameOfAWrite) {
  const std::string good =
      R"({"data":[{"code":"SUCCESS","details":{"id":"7"},"status":"success"}]})";
  EXPECT_EQ(*Read(Of(Kind::kUpdate), 200, good), (std::vector<Found>{{"7", {}}}));
  EXPECT_EQ(*Read(Of(Kind::kDelete), 200, good), (std::vector<Found>{{"7", {}}}));
  const auto bad = [](const std::string& field) {
    return absl::StrCat(R"({"data":[{"code":"INVALID_DATA","details":{"api_name":")",
                        field,
                        R"("},"message":"ann@example.com","status":"error"}]})");
  };
  EXPECT_TRUE(absl::IsNotFound(Read(Of(Kind::kUpdate), 400, bad("id")).status()));
  EXPECT_TRUE(absl::IsNotFound(Read(Of(Kind::kDelete), 400, bad("id")).status()));
  Question update = Of(Kind::kUpdate);
  update.fields = {{"Email", "ann@"}};
  EXPECT_EQ(
      Read(update, 400, bad("Email")).status(),
      absl::InvalidArgumentError(
          "INVALID_DATA (Email): a value is not of the kind that its field takes; correct the "
          "value at its source or in the mapping, then replay"));
}

TEST_F(ZohoQuestions, Errors) {
  const std::vector<std::pair<int, absl::StatusCode>> cases = {
      {401, absl::StatusCode::kUnauthenticated},
      {403, absl::StatusCode::kUnauthenticated},
      {404, absl::StatusCode::kNotFound},
      {400, absl::StatusCode::kInvalidArgument},
      {429, absl::StatusCode::kUnavailable},
      {500, absl::StatusCode::kUnavailable},
      {200, absl::StatusCode::kUnavailable}};
  for (const Kind kind :
       {Kind::kSearch, Kind::kGet, Kind::kUpdate, Kind::kDelete, Kind::kFields, Kind::kStages}) {
    for (const auto& [status, code] : cases) {
      EXPECT_EQ(Read(Of(kind), status, "<html>").status().code(), code) << status;
    }
  }
}

}  // namespace
}  // namespace leadrelay::test
