#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Found;
using delivery::Question;
using Kind = Question::Kind;

constexpr char kKey[] = "39365abf109ea01960620ae35f468978ae611bc8";

const delivery::Connector& Pipedrive() {
  static const Configured configured =
      ConfigureFrom("pipedrive", "settings: {company_domain: example, api_token: '${TOKEN}'}");
  return *configured.connector;
}

// "GET /api/v2/persons/1 {body}", or nothing.
std::string Asked(const Question& question) {
  const std::optional<http::Request> request = Pipedrive().Ask(question);
  if (!request.has_value()) return "";
  std::string url = request->url;
  const std::string host = "https://example.pipedrive.com";
  EXPECT_TRUE(url.starts_with(host)) << url;
  return absl::StrCat(request->method,
                      " ",
                      url.substr(host.size()),
                      request->body.empty() ? "" : " ",
                      request->body);
}

Question Search(const std::string& object, const std::string& text) {
  return {Kind::kSearch, object, "", text, {}};
}

TEST(PipedriveQuestions, Searches) {
  EXPECT_EQ(
      Asked(Search("person", "a+b@x.com")),
      "GET /api/v2/persons/search?term=a%2Bb%40x.com&fields=email&exact_match=true&limit=100");
  // Too short for a phone number.
  EXPECT_EQ(Asked(Search("person", "4711")),
            "GET /api/v2/persons/search?term=4711&fields=name&limit=100");
  EXPECT_EQ(
      Asked(Search("person", "+15550100001")),
      "GET /api/v2/persons/search?term=%2B15550100001&fields=phone&exact_match=true&limit=100");
  EXPECT_EQ(Asked(Search("person", "Ann & Co?")),
            "GET /api/v2/persons/search?term=Ann%20%26%20Co%3F&fields=name&limit=100");
  EXPECT_EQ(Asked(Search("deal", "Website")),
            "GET /api/v2/deals/search?term=Website&fields=title&limit=100");
  EXPECT_EQ(Asked(Search("spaceship", "x")), "");
}

TEST(PipedriveQuestions, RecordsFieldsAndStages) {
  EXPECT_EQ(Asked({Kind::kGet, "person", "51", "", {}}), "GET /api/v2/persons/51");
  EXPECT_EQ(Asked({Kind::kDelete, "deal", "77", "", {}}), "DELETE /api/v2/deals/77");
  EXPECT_EQ(Asked({Kind::kFields, "organization", "", "", {}}),
            "GET /api/v2/organizationFields?limit=500");
  EXPECT_EQ(Asked({Kind::kStages, "deal", "", "", {}}), "GET /api/v2/stages?limit=500");
  EXPECT_EQ(Asked({Kind::kUpdate,
                   "person",
                   "51",
                   "",
                   {{"name", "Ann"}, {"email", "a@x.com"}, {"owner_id", "7"}, {kKey, "basic"}}}),
            R"(PATCH /api/v2/persons/51 {"emails":[{"value":"a@x.com","primary":true,"label":)"
            R"("work"}],"name":"Ann","owner_id":7,"custom_fields":{)"
            R"("39365abf109ea01960620ae35f468978ae611bc8":"basic"}})");
  for (const char* id : {"", "1/../2", "a", "1?x", "1234567890123456789"}) {
    EXPECT_EQ(Asked({Kind::kGet, "person", id, "", {}}), "") << id;
  }
}

TEST(PipedriveQuestions, AnswersWithRecords) {
  const auto found = Pipedrive().ReadAnswer(
      {Kind::kGet, "person", "51", "", {}},
      {200, {}, R"({"data":{"id":51,"name":"Ann","org_id":null,"emails":[{"value":"a@x.com"},
                    {"value":"b@x.com"}],"phones":[],"label_ids":[3,5],"is_deleted":false,
                    "custom_fields":{"39365abf109ea01960620ae35f468978ae611bc8":12}}})"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found,
            (std::vector<Found>{{"51",
                                 {{"name", "Ann"},
                                  {"emails", "a@x.com, b@x.com"},
                                  {"label_ids", "3, 5"},
                                  {"is_deleted", "false"},
                                  {kKey, "12"}}}}));
  const auto searched = Pipedrive().ReadAnswer(
      Search("deal", "x"),
      {200, {}, R"({"data":{"items":[{"item":{"id":77,"title":"Website","value":500}}]}})"});
  ASSERT_TRUE(searched.ok());
  EXPECT_EQ(*searched, (std::vector<Found>{{"77", {{"title", "Website"}, {"value", "500"}}}}));
  const auto nothing =
      Pipedrive().ReadAnswer(Search("deal", "x"), {200, {}, R"({"data":{"items":[]}})"});
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->empty());
}

TEST(PipedriveQuestions, AnswersWithFieldsAndStages) {
  const auto fields = Pipedrive().ReadAnswer(
      {Kind::kFields, "person", "", "", {}},
      {200, {}, R"({"data":[{"field_name":"Source","field_code":"abc","field_type":"enum",
                    "options":[{"id":1,"label":"In"},{"id":2,"label":"Out"}]}]})"});
  ASSERT_TRUE(fields.ok());
  EXPECT_EQ(*fields,
            (std::vector<Found>{
                {"abc", {{"name", "Source"}, {"type", "enum"}, {"options", "1 In, 2 Out"}}}}));
  const auto stages = Pipedrive().ReadAnswer(
      {Kind::kStages, "deal", "", "", {}},
      {200, {}, R"({"data":[{"id":3,"name":"Demo","pipeline_id":1,"order_nr":2}]})"});
  ASSERT_TRUE(stages.ok());
  EXPECT_EQ(*stages, (std::vector<Found>{{"3", {{"name", "Demo"}, {"pipeline", "1"}}}}));
}

TEST(PipedriveQuestions, Errors) {
  const Question get{Kind::kGet, "person", "51", "", {}};
  const auto status = [](const Question& question, int code, const std::string& body) {
    return Pipedrive().ReadAnswer(question, {code, {}, body}).status().code();
  };
  EXPECT_EQ(status(get, 404, R"({"success":false})"), absl::StatusCode::kNotFound);
  EXPECT_EQ(status(Search("person", "x"), 404, "{}"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status(get, 400, "{}"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status(get, 401, "{}"), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(status(get, 429, "{}"), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status(get, 503, "<html>"), absl::StatusCode::kUnavailable);
  EXPECT_EQ(status(get, 200, "<html>"), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace leadrelay::test
