#include <gtest/gtest.h>

#include "services/delivery/connectors/zoho/catalogue.h"
#include "services/delivery/connectors/zoho/errors.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::zoho {
namespace {

using Kind = Outcome::Kind;
using Reach = Verdict::Reach;

const absl::Time kNow = absl::FromUnixSeconds(1'788'256'800);

ApiError Read(std::string_view json) {
  return ReadError(json::Document::Parse(json)->root());
}

bool SendsEmail(std::string_view field) {
  return field == "Email";
}

Verdict JudgeResponse(const http::Response& response, bool creates = false) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  return JudgeReply({response, body}, creates, kNow);
}

http::Response Response(int status, const std::string& body = "") {
  http::Response response;
  response.status = status;
  response.body = body;
  return response;
}

std::string Flat(const std::string& code) {
  return absl::StrCat(R"({"code":")", code, R"(","details":{},"message":"m","status":"error"})");
}

TEST(ZohoReadError, FromEachPlaceWhereZohoPutsIt) {
  ApiError expected;
  expected.code = "INVALID_DATA";
  expected.faults = {{"INVALID_DATA", "Email", "email"}};
  expected.record = 3;
  const std::string error =
      R"({"code":"INVALID_DATA","details":{"expected_data_type":"email","api_name":"Email",
          "json_path":"$.data[3].Email"},"message":"ann@","status":"error"})";
  EXPECT_EQ(Read(error), expected);
  EXPECT_EQ(Read(absl::StrCat(R"({"data":[)", error, "]}")), expected);
  expected.faults[0].expected = "";
  EXPECT_EQ(Read(R"({"code":"INVALID_DATA","details":{"json_path":"$.data[3].Email"}})"), expected)
      << "the path names the field as well";
}

TEST(ZohoReadError, SeveralFaultsOfOneRecord) {
  const ApiError error = Read(R"({"code":"MULTIPLE_OR_MULTI_ERRORS","details":{"errors":[
      {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name","json_path":"$.data[0].Last_Name"}},
      {"code":"INVALID_DATA","details":{"api_name":"Email"}}]},"status":"error"})");
  EXPECT_EQ(error.faults,
            (std::vector<ApiError::Fault>{{"MANDATORY_NOT_FOUND", "Last_Name", ""},
                                          {"INVALID_DATA", "Email", ""}}));
  EXPECT_EQ(error.record, 0U);
  EXPECT_TRUE(error.Is("INVALID_DATA"));
  EXPECT_TRUE(error.Is("MULTIPLE_OR_MULTI_ERRORS"));
  EXPECT_FALSE(error.Is("DUPLICATE_DATA"));
}

TEST(ZohoReadError, DuplicatesAndPermissions) {
  const ApiError duplicate = Read(R"({"code":"DUPLICATE_DATA","details":{"api_name":"Phone",
      "duplicate_record":{"id":"3652397000009851001","module":{"api_name":"Leads"}}}})");
  EXPECT_EQ(duplicate.duplicate_id, "3652397000009851001");
  EXPECT_EQ(duplicate.duplicate_module, "Leads");
  EXPECT_EQ(Read(R"({"code":"DUPLICATE_DATA","details":{"duplicate_record":{"id":"../x"}}})")
                .duplicate_id,
            "");
  const ApiError permission = Read(R"({"code":"NO_PERMISSION","details":{"permissions":
      ["Crm_Implied_Create_Leads","<script>","ann@example.com"]}})");
  EXPECT_EQ(permission.permissions, std::vector<std::string>{"Crm_Implied_Create_Leads"});
}

TEST(ZohoReadError, OfAnythingElseIsEmpty) {
  for (const char* json : {"null",
                           "[]",
                           "5",
                           "{}",
                           R"({"code":5,"details":[]})",
                           R"({"code":"ann@example.com"})",
                           R"({"code":"+15550100001"})",
                           R"({"data":[]})",
                           R"({"data":[null]})"}) {
    const ApiError error = Read(json);
    EXPECT_EQ(error.code, "") << json;
    EXPECT_TRUE(error.faults.empty()) << json;
  }
}

TEST(ZohoReadError, PathsThatAreNone) {
  const std::vector<std::pair<std::string, bool>> cases = {{"$.data[0].Email", false},
                                                           {"$.data", false},
                                                           {"$.data[x].Email", false},
                                                           {"$.data[1", false},
                                                           {"$.trigger[0]", true},
                                                           {"$.duplicate_check_fields[0]", true},
                                                           {"", false},
                                                           {"data[0].Email", false}};
  for (const auto& [path, of_request] : cases) {
    const ApiError error =
        Read(absl::StrCat(R"({"code":"INVALID_DATA","details":{"json_path":")", path, R"("}})"));
    EXPECT_EQ(error.of_request, of_request) << path;
    EXPECT_EQ(error.record.has_value(), path == "$.data[0].Email") << path;
  }
}

TEST(ZohoDescribe, NamesOnlyFieldsThatWeSent) {
  ApiError error;
  error.code = "MULTIPLE_OR_MULTI_ERRORS";
  error.faults = {{"INVALID_DATA", "Email", "email"},
                  {"INVALID_DATA", "Ann_Archer", "text"},
                  {"INVALID_DATA", "ann@example.com", ""}};
  EXPECT_EQ(Describe(error, SendsEmail),
            "INVALID_DATA (Email, expects email), INVALID_DATA (expects text), INVALID_DATA");
  EXPECT_EQ(Describe(ApiError(), SendsEmail), "an error without a code");
}

TEST(ZohoJudgeRecord, ByCode) {
  struct Case {
    std::string code;
    Kind kind;
    Kind of_a_create;
  };
  const std::vector<Case> cases = {{"MANDATORY_NOT_FOUND", Kind::kRejected, Kind::kRejected},
                                   {"INVALID_DATA", Kind::kRejected, Kind::kRejected},
                                   {"DEPENDENT_FIELD_MISSING", Kind::kRejected, Kind::kRejected},
                                   {"DEPENDENT_MISMATCH", Kind::kRejected, Kind::kRejected},
                                   {"MULTIPLE_OR_MULTI_ERRORS", Kind::kRejected, Kind::kRejected},
                                   {"DUPLICATE_DATA", Kind::kRejected, Kind::kRejected},
                                   {"RECORD_LOCKED", Kind::kRetry, Kind::kRetry},
                                   {"RECORD_IN_BLUEPRINT", Kind::kRetry, Kind::kRetry},
                                   {"NOT_APPROVED", Kind::kRetry, Kind::kRetry},
                                   {"ALREADY_MODIFIED", Kind::kRetry, Kind::kRetry},
                                   {"DEPENDENT_SERVICE_ERROR", Kind::kRetry, Kind::kUnknown},
                                   {"INTERNAL_ERROR", Kind::kRetry, Kind::kUnknown},
                                   {"NO_PERMISSION", Kind::kUnauthorized, Kind::kUnauthorized},
                                   {"TOO_MANY_REQUESTS", Kind::kThrottled, Kind::kThrottled},
                                   {"SOMETHING_NEW", Kind::kRetry, Kind::kRetry},
                                   {"", Kind::kRetry, Kind::kRetry}};
  for (const Case& each : cases) {
    ApiError error;
    error.code = each.code;
    for (const bool creates : {false, true}) {
      for (const int status : {200, 202, 207, 400}) {
        const Outcome outcome = JudgeRecord(error, status, creates, SendsEmail);
        EXPECT_EQ(outcome.kind, creates ? each.of_a_create : each.kind) << each.code;
        EXPECT_EQ(outcome.status, status);
        const bool for_people =
            outcome.kind == Kind::kRejected || outcome.kind == Kind::kUnauthorized;
        EXPECT_EQ(outcome.remedy.empty(), !for_people) << each.code;
      }
    }
  }
}

TEST(ZohoJudgeReply, ReachAndKindOfEveryStatusWithoutACode) {
  for (int status = 100; status < 1000; ++status) {
    for (const bool creates : {false, true}) {
      Reach reach = Reach::kCall;
      Kind kind = Kind::kRejected;
      if (status < 200) kind = Kind::kUnknown;
      if (status >= 200 && status < 300) reach = Reach::kNone;
      if (status == 400 || status == 409 || status == 412 || status == 413) reach = Reach::kRecords;
      if (status == 408 || status == 409 || status == 412 || status == 423 || status == 425 ||
          status >= 500) {
        kind = Kind::kRetry;
      }
      if (creates && (status == 408 || status >= 500)) kind = Kind::kUnknown;
      if (status == 401 || status == 403) kind = Kind::kUnauthorized;
      if (status == 429) kind = Kind::kThrottled;
      if (kind == Kind::kUnauthorized || kind == Kind::kThrottled) reach = Reach::kAccount;
      const Verdict verdict = JudgeResponse(Response(status), creates);
      EXPECT_EQ(verdict.reach, reach) << status;
      if (reach == Reach::kNone) continue;
      EXPECT_EQ(verdict.outcome.kind, kind) << status;
      EXPECT_EQ(verdict.outcome.status, status);
      EXPECT_EQ(verdict.outcome.strains_destination, status >= 500) << status;
      const bool for_people = kind == Kind::kRejected || kind == Kind::kUnauthorized;
      EXPECT_EQ(verdict.outcome.remedy.empty(), !for_people) << status;
    }
  }
}

// Codes have moved from one status to another between versions.
TEST(ZohoJudgeReply, TheCodeComesBeforeTheStatus) {
  struct Case {
    std::string code;
    Reach reach;
    Kind kind;
  };
  const std::vector<Case> cases = {{"INVALID_TOKEN", Reach::kAccount, Kind::kUnauthorized},
                                   {"AUTHENTICATION_FAILURE", Reach::kAccount, Kind::kUnauthorized},
                                   {"INVALID_OAUTHTOKEN", Reach::kAccount, Kind::kUnauthorized},
                                   {"OAUTH_SCOPE_MISMATCH", Reach::kAccount, Kind::kUnauthorized},
                                   {"NO_PERMISSION", Reach::kAccount, Kind::kUnauthorized},
                                   {"TOO_MANY_REQUESTS", Reach::kAccount, Kind::kThrottled},
                                   {"INVALID_MODULE", Reach::kCall, Kind::kRejected},
                                   {"INVALID_QUERY", Reach::kCall, Kind::kRejected},
                                   {"INTERNAL_ERROR", Reach::kCall, Kind::kRetry},
                                   {"MANDATORY_NOT_FOUND", Reach::kRecords, Kind::kRejected},
                                   {"RECORD_LOCKED", Reach::kRecords, Kind::kRetry}};
  for (const Case& each : cases) {
    for (const int status : {200, 202, 400, 401, 403}) {
      const Verdict verdict = JudgeResponse(Response(status, Flat(each.code)));
      EXPECT_EQ(verdict.reach, each.reach) << each.code << " " << status;
      EXPECT_EQ(verdict.outcome.kind, each.kind) << each.code << " " << status;
    }
  }
}

TEST(ZohoJudgeReply, RecordsWithVerdictsOfTheirOwnSpeakForThemselves) {
  const std::string body = absl::StrCat(R"({"data":[)", Flat("INVALID_DATA"), "]}");
  for (const int status : {200, 201, 202, 207, 400}) {
    EXPECT_EQ(JudgeResponse(Response(status, body)).reach, Reach::kNone) << status;
  }
  const std::string token = absl::StrCat(R"({"data":[)", Flat("INVALID_TOKEN"), "]}");
  EXPECT_EQ(JudgeResponse(Response(401, token)).reach, Reach::kAccount);
}

TEST(ZohoJudgeReply, WaitsOfEachLimit) {
  http::Response response = Response(429, Flat("TOO_MANY_REQUESTS"));
  EXPECT_EQ(JudgeResponse(response).outcome.retry_after, absl::Seconds(5));
  response.headers.Set("x-api-credits-remaining", "12");
  EXPECT_EQ(JudgeResponse(response).outcome.retry_after, absl::Seconds(5));
  response.headers.Set("x-api-credits-remaining", "0");
  EXPECT_EQ(JudgeResponse(response).outcome.retry_after, absl::Minutes(15));
  response.headers.Set("retry-after", "7");
  EXPECT_EQ(JudgeResponse(response).outcome.retry_after, absl::Seconds(7));
}

}  // namespace
}  // namespace leadrelay::delivery::zoho
