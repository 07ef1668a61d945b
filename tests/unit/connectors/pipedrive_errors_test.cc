#include <gtest/gtest.h>

#include "services/delivery/connectors/pipedrive/errors.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::pipedrive {
namespace {

using Kind = Outcome::Kind;
using Reach = Verdict::Reach;

Verdict JudgeResponse(const http::Response& response, const Asked& asked) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  return JudgeReply({response, body}, asked, absl::UnixEpoch());
}

TEST(PipedriveErrors, ReachAndKindOfEveryStatus) {
  for (int status = 100; status < 1000; ++status) {
    for (const bool creates : {false, true}) {
      Reach reach = Reach::kCall;
      Kind kind = Kind::kRejected;
      if (status < 200) kind = Kind::kUnknown;
      if (status >= 200 && status < 300) reach = Reach::kNone;
      for (const int invalid : {400, 409, 413, 415, 422}) {
        if (status == invalid) reach = Reach::kRecords;
      }
      if (status == 408 || status == 423 || status == 425 || status >= 500) kind = Kind::kRetry;
      if (creates && (status == 408 || status >= 500)) kind = Kind::kUnknown;
      if (status == 501) kind = Kind::kRejected;
      if (status == 401 || status == 402 || status == 403) kind = Kind::kUnauthorized;
      if (status == 429) kind = Kind::kThrottled;
      if (kind == Kind::kUnauthorized || kind == Kind::kThrottled) reach = Reach::kAccount;

      const Verdict verdict = JudgeResponse({status, {}, "{}"}, {creates, false});
      EXPECT_EQ(verdict.reach, reach) << status;
      if (reach == Reach::kNone) continue;
      EXPECT_EQ(verdict.outcome.kind, kind) << status;
      EXPECT_EQ(verdict.outcome.status, status);
      const bool for_people = kind == Kind::kRejected || kind == Kind::kUnauthorized;
      EXPECT_EQ(verdict.outcome.remedy.empty(), !for_people) << status;
    }
  }
}

TEST(PipedriveErrors, AMissingRecordIsNotAMissingPath) {
  const http::Response missing = {404, {}, R"({"success":false,"error":"not found"})"};
  EXPECT_EQ(JudgeResponse(missing, {false, false}).reach, Reach::kCall);
  EXPECT_EQ(JudgeResponse(missing, {false, true}).reach, Reach::kRecords);
  EXPECT_EQ(JudgeResponse(missing, {true, false}).reach, Reach::kCall);
  const http::Response belongs = {404, {}, R"({"error_info":"Object was not found."})"};
  EXPECT_EQ(JudgeResponse(belongs, {true, false}).reach, Reach::kRecords);
  // Of a record as well, 410 says that the version has ended.
  EXPECT_EQ(JudgeResponse({410, {}, "{}"}, {false, true}).reach, Reach::kCall);
}

TEST(PipedriveErrors, WaitsOfEachLimit) {
  const std::vector<std::pair<http::Headers, absl::Duration>> cases = {
      {{{"x-ratelimit-remaining", "0"}}, absl::Seconds(2)},
      {{{"x-ratelimit-remaining", "12"}}, absl::Hours(1)},
      {{}, absl::Minutes(1)},
      {{{"x-ratelimit-remaining", "12"}, {"retry-after", "9"}}, absl::Seconds(9)},
  };
  for (const auto& [headers, wait] : cases) {
    EXPECT_EQ(JudgeResponse({429, headers, "<html>"}, {}).outcome.retry_after, wait);
  }
}

TEST(PipedriveErrors, APageInsteadOfAnAnswerIsALockOut) {
  const Verdict verdict = JudgeResponse({403, {}, "<html>Cloudflare</html>"}, {true, false});
  EXPECT_EQ(verdict.outcome.kind, Kind::kThrottled);
  EXPECT_EQ(verdict.outcome.retry_after, absl::Minutes(30));
}

TEST(PipedriveErrors, NameOnlyFieldsOfTheMapping) {
  const auto reason = [](const std::string& error) {
    json::Writer writer;
    writer.StartObject().Member("error", error).Member("code", "ERR_X").EndObject();
    return JudgeResponse({400, {}, writer.Take()}, {true, false, {"owner_id", "name"}})
        .outcome.reason;
  };
  EXPECT_EQ(reason("owner_id: must be a number, got ann@example.com"), "HTTP 400 ERR_X (owner_id)");
  EXPECT_EQ(reason("name; owner_id"), "HTTP 400 ERR_X (owner_id, name)");
  EXPECT_EQ(reason("rename, owner_ids, my_name"), "HTTP 400 ERR_X");
  EXPECT_EQ(reason(""), "HTTP 400 ERR_X");
}

// A code with a lead's value in it is not one, and is not shown.
TEST(PipedriveErrors, TakeOnlyCodes) {
  for (const char* code :
       {"", "ann@example.com", "ERR_ann", "ERR ANN", "+15550100001", "ANN_ARCHER"}) {
    json::Writer writer;
    writer.StartObject().Member("code", code).EndObject();
    EXPECT_EQ(CodeIn(json::Document::Parse(writer.Take())->root()), "") << code;
  }
  EXPECT_EQ(CodeIn(json::Document::Parse(R"({"code":401})")->root()), "");
  EXPECT_EQ(CodeIn(json::Document::Parse(R"({"code":"ERR_UNKNOWN"})")->root()), "ERR_UNKNOWN");
}

}  // namespace
}  // namespace leadrelay::delivery::pipedrive
