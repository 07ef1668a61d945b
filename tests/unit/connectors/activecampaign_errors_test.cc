#include <gtest/gtest.h>

#include "services/delivery/connectors/activecampaign/errors.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::activecampaign {
namespace {

using Kind = Outcome::Kind;
using Reach = Verdict::Reach;

const absl::Time kNow = absl::FromUnixSeconds(1'788'256'800);

ApiError Read(std::string_view json) {
  return ReadError(json::Document::Parse(json)->root());
}

Verdict JudgeResponse(const http::Response& response, bool creates) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  return JudgeReply({response, body}, creates, kNow);
}

TEST(ActiveCampaignReadError, TakesCodesAndOurOwnFields) {
  EXPECT_EQ(Read(R"({"errors":[{"title":"x","code":"field_missing",
                     "source":{"pointer":"/data/attributes/email"}},{"code":"duplicate"}]})"),
            (ApiError{{{"field_missing", "email"}, {"duplicate", ""}}, false}));
  EXPECT_EQ(Read(R"({"errors":[{"code":"Ann Archer",
                     "source":{"pointer":"/data/attributes/ann@example.com"}}]})"),
            ApiError());
}

TEST(ActiveCampaignReadError, KnowsAContactThatIsGone) {
  EXPECT_TRUE(Read(R"({"message":"No Result found for Subscriber with id 100"})").contact_gone);
  EXPECT_TRUE(Read(R"({"errors":[{"detail":"Contact not found"}]})").contact_gone);
  EXPECT_FALSE(Read(R"({"message":"No Result found for _List with id 7"})").contact_gone);
}

TEST(ActiveCampaignReadError, OfAnythingElseIsEmpty) {
  for (const char* json : {"null", "[]", "5", "{}", R"({"errors":{}})", R"({"errors":[5,null]})"}) {
    EXPECT_EQ(Read(json), ApiError()) << json;
  }
}

TEST(ActiveCampaignJudgeReply, ReachAndKindOfEveryStatus) {
  for (int status = 100; status < 1000; ++status) {
    for (const bool creates : {false, true}) {
      http::Response response;
      response.status = status;
      Reach reach = Reach::kCall;
      Kind kind = Kind::kUnknown;
      if (status >= 200 && status < 300) reach = Reach::kNone;
      if (status >= 300 && status < 400) kind = Kind::kUnauthorized;
      if (status >= 400 && status < 500) kind = Kind::kRejected;
      if (status >= 401 && status <= 404) kind = Kind::kUnauthorized;
      if (status == 400 || status == 409 || status == 413 || status == 422) reach = Reach::kRecords;
      if (status == 408 || status == 423 || status == 425 || status >= 500) kind = Kind::kRetry;
      if (creates && (status == 408 || status >= 500)) kind = Kind::kUnknown;
      if (status == 429) kind = Kind::kThrottled;
      if (kind == Kind::kUnauthorized || kind == Kind::kThrottled) reach = Reach::kAccount;
      const Verdict verdict = JudgeResponse(response, creates);
      EXPECT_EQ(verdict.reach, reach) << status;
      if (reach == Reach::kNone) continue;
      EXPECT_EQ(verdict.outcome.kind, kind) << status;
      EXPECT_EQ(verdict.outcome.status, status);
      EXPECT_EQ(verdict.outcome.strains_destination, status >= 500) << status;
      const bool for_people = kind == Kind::kUnauthorized || kind == Kind::kRejected;
      if (for_people) EXPECT_FALSE(verdict.outcome.remedy.empty()) << status;
    }
  }
}

TEST(ActiveCampaignJudgeReply, APageIsNoSuccess) {
  for (const char* body : {"<!DOCTYPE html>", "\n  <html>"}) {
    http::Response response{200, {}, body};
    EXPECT_EQ(JudgeResponse(response, false).outcome.kind, Kind::kUnauthorized) << body;
  }
  http::Response response{200, {{"Content-Type", "Text/HTML; charset=utf-8"}}, ""};
  EXPECT_EQ(JudgeResponse(response, true).outcome.kind, Kind::kUnauthorized);
  response.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(JudgeResponse(response, true).reach, Reach::kNone);
}

TEST(ActiveCampaignJudgeReply, AnEdgeNeverAsksForMoreThanAnHour) {
  http::Response response{502, {}, R"({"retry_after":1000000})"};
  EXPECT_EQ(JudgeResponse(response, false).outcome.retry_after, absl::Hours(1));
  response.headers.Set("retry-after", "9");
  EXPECT_EQ(JudgeResponse(response, false).outcome.retry_after, absl::Seconds(9));
}

}  // namespace
}  // namespace leadrelay::delivery::activecampaign
