#include <gtest/gtest.h>

#include "services/delivery/connectors/freshsales/errors.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::freshsales {
namespace {

using Kind = Outcome::Kind;
using Reach = Verdict::Reach;
using Names = std::vector<std::string>;

Names NamedIn(std::string_view json) {
  return FieldsNamedIn(json::Document::Parse(json)->root());
}

Verdict JudgeResponse(const http::Response& response, bool creates) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  return JudgeReply({response, body}, creates, absl::UnixEpoch());
}

TEST(FreshsalesFieldsNamedIn, AreOurs) {
  EXPECT_EQ(NamedIn(R"({"errors":{"message":["Invalid contact status provided."]}})"),
            Names{"contact_status_id"});
  EXPECT_EQ(NamedIn(R"({"errors":{"message":"Mobile number is odd, external_id as well"}})"),
            (Names{"mobile_number", "external_id"}));
  EXPECT_EQ(NamedIn(R"({"errors":{"message":["ann@example.com: Ann Archer is taken"]}})"), Names{});
  // A word within another is not the field.
  EXPECT_EQ(NamedIn(R"({"errors":{"message":["statements amounted to nothing"]}})"), Names{});
}

TEST(FreshsalesFieldsNamedIn, OfAnythingElseAreNone) {
  for (const char* json :
       {"null", "[]", "5", "{}", R"({"errors":[]})", R"({"errors":{"message":5}})"}) {
    EXPECT_EQ(NamedIn(json), Names{}) << json;
  }
}

TEST(FreshsalesJudgeReply, ReachAndKindOfEveryStatus) {
  for (int status = 100; status < 1000; ++status) {
    for (const bool creates : {false, true}) {
      http::Response response;
      response.status = status;
      Reach reach = Reach::kCall;
      Kind kind = Kind::kUnknown;
      if (status >= 200 && status < 300) reach = Reach::kNone;
      if (status >= 400 && status < 500) kind = Kind::kRejected;
      for (const int record : {400, 404, 409, 413, 422}) {
        if (status == record) reach = Reach::kRecords;
      }
      if (status >= 300 && status < 400) kind = Kind::kUnauthorized;
      if (status >= 401 && status <= 403) kind = Kind::kUnauthorized;
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

TEST(FreshsalesJudgeReply, APageIsNoSuccess) {
  http::Response response{200, {}, " <!DOCTYPE html>"};
  EXPECT_EQ(JudgeResponse(response, true).outcome.kind, Kind::kUnauthorized);
  response = {200, {{"Content-Type", "text/html"}}, ""};
  EXPECT_EQ(JudgeResponse(response, true).outcome.kind, Kind::kUnauthorized);
}

}  // namespace
}  // namespace leadrelay::delivery::freshsales
