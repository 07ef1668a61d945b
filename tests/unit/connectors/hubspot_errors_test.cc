#include <gtest/gtest.h>

#include "services/delivery/connectors/hubspot/errors.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery {

namespace hubspot {
namespace {

using Kind = Outcome::Kind;
using Reach = Verdict::Reach;

const absl::Time kNow = absl::FromUnixSeconds(1'788'256'800);

ApiError Read(std::string_view json) {
  return ReadError(json::Document::Parse(json)->root());
}

bool SendsEmail(std::string_view property) {
  return property == "email";
}

Verdict JudgeResponse(const http::Response& response, bool creates, absl::Time now) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  return JudgeReply({response, body}, creates, now);
}

TEST(ReadError, FromEachPlaceWhereHubSpotPutsIt) {
  EXPECT_EQ(
      Read(R"({"category":"VALIDATION_ERROR",
                     "errors":[{"code":"INVALID_INTEGER","context":{"propertyName":["seats"]}},
                               {"code":"INVALID_EMAIL","context":{"propertyName":"email"}}]})"),
      (ApiError{
          "VALIDATION_ERROR", {{"INVALID_INTEGER", "seats"}, {"INVALID_EMAIL", "email"}}, {}}));
  EXPECT_EQ(Read(R"({"category":"VALIDATION_ERROR","message":"Property values were not valid: )"
                 R"([{\"isValid\":false,\"error\":\"INVALID_EMAIL\",\"name\":\"email\"}]"})"),
            (ApiError{"VALIDATION_ERROR", {{"INVALID_EMAIL", "email"}}, {}}));
  EXPECT_EQ(Read(R"({"category":"MISSING_SCOPES","context":{"requiredScopes":["a.b"]},
                     "errors":[{"context":{"requiredGranularScopes":["crm.objects.deals.write",
                                                                     "<script>"]}}]})"),
            (ApiError{"MISSING_SCOPES", {}, {"a.b", "crm.objects.deals.write"}}));
}

TEST(ReadError, OfAnythingElseIsEmpty) {
  for (const char* json : {"null",
                           "[]",
                           "5",
                           "\"x\"",
                           "{}",
                           R"({"category":5,"errors":{},"context":[]})",
                           R"({"message":"[{"})",
                           R"({"message":"[{]"})"}) {
    EXPECT_EQ(Read(json), ApiError()) << json;
  }
}

// A category or code with a lead's value in it is not one, and is not shown.
TEST(ReadError, TakesOnlyWordsInCapitals) {
  EXPECT_EQ(Read(R"({"category":"ann@example.com"})"), ApiError());
  EXPECT_EQ(Read(R"({"category":"+15550100001"})"), ApiError());
  EXPECT_EQ(Read(R"({"category":"15550100001"})"), ApiError());
  EXPECT_EQ(Read(R"({"errors":[{"code":"Ann Archer"}]})"), ApiError());
}

TEST(Describe, NamesOnlyPropertiesThatWeSent) {
  const ApiError error{
      "VALIDATION_ERROR", {{"INVALID_EMAIL", "email"}, {"INVALID_OPTION", "ann_archer"}}, {}};
  EXPECT_EQ(Describe(error, SendsEmail), "VALIDATION_ERROR: INVALID_EMAIL (email), INVALID_OPTION");
  EXPECT_EQ(Describe(ApiError(), SendsEmail), "an error without a category");
}

TEST(JudgeRecord, ByCategory) {
  struct Case {
    std::string category;
    int status;
    Kind kind;
  };
  const std::vector<Case> cases = {{"VALIDATION_ERROR", 207, Kind::kRejected},
                                   {"CONFLICT", 207, Kind::kRejected},
                                   {"OBJECT_NOT_FOUND", 207, Kind::kRejected},
                                   {"MISSING_REQUIRED_PROPERTY", 207, Kind::kRejected},
                                   {"MISSING_CONDITIONAL_REQUIRED_PROPERTY", 400, Kind::kRejected},
                                   {"MISSING_SCOPES", 207, Kind::kUnauthorized},
                                   {"RATE_LIMITS", 207, Kind::kThrottled},
                                   {"INTERNAL_ERROR", 207, Kind::kRetry},
                                   {"", 207, Kind::kRetry},
                                   {"", 400, Kind::kRejected},
                                   {"SOMETHING_NEW", 400, Kind::kRejected}};
  for (const Case& each : cases) {
    const Outcome outcome = JudgeRecord({each.category, {}, {}}, each.status, SendsEmail);
    EXPECT_EQ(outcome.kind, each.kind) << each.category << " " << each.status;
    EXPECT_EQ(outcome.status, each.status);
    const bool for_people = each.kind == Kind::kRejected || each.kind == Kind::kUnauthorized;
    EXPECT_EQ(outcome.remedy.empty(), !for_people) << each.category;
  }
}

TEST(JudgeReply, ReachAndKindOfEveryStatus) {
  for (int status = 100; status < 1000; ++status) {
    for (const bool creates : {false, true}) {
      http::Response response;
      response.status = status;
      Reach reach = Reach::kCall;
      Kind kind = Kind::kRejected;
      if (status < 200) kind = Kind::kUnknown;
      if (status >= 200 && status < 300) reach = Reach::kNone;
      if (status == 400 || status == 409 || status == 413 || status == 422) reach = Reach::kRecords;
      if (status == 408 || status == 423 || status == 425 || status >= 500) kind = Kind::kRetry;
      if (creates && (status == 408 || status >= 500)) kind = Kind::kUnknown;
      if (status == 401 || status == 403) kind = Kind::kUnauthorized;
      if (status == 429 || status == 477) kind = Kind::kThrottled;
      if (kind == Kind::kUnauthorized || kind == Kind::kThrottled) reach = Reach::kAccount;
      const Verdict verdict = JudgeResponse(response, creates, kNow);
      EXPECT_EQ(verdict.reach, reach) << status;
      if (reach != Reach::kCall && reach != Reach::kAccount) continue;
      EXPECT_EQ(verdict.outcome.kind, kind) << status;
      EXPECT_EQ(verdict.outcome.status, status);
      EXPECT_EQ(verdict.outcome.strains_destination, status >= 500) << status;
    }
  }
}

TEST(JudgeReply, AMissingRecordIsNotAMissingPath) {
  http::Response response;
  response.status = 404;
  EXPECT_EQ(JudgeResponse(response, false, kNow).reach, Reach::kCall);
  response.body = R"({"category":"OBJECT_NOT_FOUND"})";
  EXPECT_EQ(JudgeResponse(response, false, kNow).reach, Reach::kRecords);
}

TEST(JudgeReply, ALockLastsTwoSecondsAtLeast) {
  http::Response response;
  response.status = 423;
  EXPECT_EQ(JudgeResponse(response, false, kNow).outcome.retry_after, absl::Seconds(2));
  response.headers.Set("retry-after", "1");
  EXPECT_EQ(JudgeResponse(response, false, kNow).outcome.retry_after, absl::Seconds(2));
  response.headers.Set("retry-after", "9");
  EXPECT_EQ(JudgeResponse(response, false, kNow).outcome.retry_after, absl::Seconds(9));
}

TEST(JudgeReply, WaitsOfEachLimit) {
  const std::vector<std::pair<std::string, absl::Duration>> cases = {
      {R"({"policyName":"TEN_SECONDLY_ROLLING"})", absl::Seconds(10)},
      {R"({"policyName":"SECONDLY"})", absl::Seconds(1)},
      {R"({"policyName":"DAILY"})", absl::Hours(1)},
      {R"({"message":"You have reached your secondly limit."})", absl::Seconds(1)},
      {"", absl::Seconds(10)},
  };
  for (const auto& [body, wait] : cases) {
    http::Response response;
    response.status = 429;
    response.body = body;
    EXPECT_EQ(JudgeResponse(response, false, kNow).outcome.retry_after, wait) << body;
  }
}

}  // namespace
}  // namespace hubspot
}  // namespace leadrelay::delivery
