#include <gtest/gtest.h>

#include "services/delivery/connectors/close/errors.h"
#include "services/delivery/connectors/close/rate_limit.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::close {
namespace {

using Kind = Outcome::Kind;
using Reach = Verdict::Reach;

const absl::Time kNow = absl::FromUnixSeconds(1'788'256'800);

std::vector<FieldError> Read(std::string_view json) {
  return ReadFieldErrors(json::Document::Parse(json)->root());
}

http::Response Answering(int status, http::Headers headers = {}) {
  return {status, std::move(headers), ""};
}

TEST(CloseFieldErrors, FromEachFormThatTheyHave) {
  const std::vector<std::pair<std::string, std::vector<FieldError>>> cases = {
      {R"({"field-errors":{"name":"This field is required."}})", {{"name", true}}},
      {R"({"field-errors":{"name":["This field is required."],"url":["Not a URL"]}})",
       {{"name", true}, {"url", false}}},
      {R"({"field-errors":{"contacts":{"0":{"emails":{"1":{"email":"no"}}}}}})",
       {{"contacts.emails.email", false}}},
      {R"({"field-errors":{"contacts":[{"emails":[{"email":["no"]}]},{"phones":[{"phone":"no"}]}]}})",
       {{"contacts.emails.email", false}, {"contacts.phones.phone", false}}},
      {R"({"field-errors":{"contacts":{"errors":[],"field-errors":{"0":{"title":"no"}}}}})",
       {{"contacts.title", false}}},
      {R"({"field-errors":{"custom.cf_abc1":"no"}})", {{"custom.cf_abc1", false}}},
  };
  for (const auto& [json, errors] : cases) EXPECT_EQ(Read(json), errors) << json;
}

// A name that no record of Close's has may be the lead's own.
TEST(CloseFieldErrors, NameOnlyWhatCloseHas) {
  for (const char* json : {R"({"field-errors":{"ann@example.com":"no"}})",
                           R"({"field-errors":{"custom.cf_":"no"}})",
                           R"({"field-errors":{"custom.cf_a b":"no"}})",
                           R"({"field-errors":"name"})",
                           R"({"field-errors":["name"]})",
                           R"({"field-errors":{"name":5}})",
                           R"({"field-errors":null})",
                           R"({"error":"name"})",
                           R"({"errors":["name"]})",
                           "null",
                           "[]",
                           "5"}) {
    EXPECT_EQ(Read(json), std::vector<FieldError>()) << json;
  }
}

TEST(CloseErrors, ByStatus) {
  struct Case {
    int status;
    bool creates;
    Reach reach;
    Kind kind;
  };
  const std::vector<Case> cases = {
      {302, false, Reach::kCall, Kind::kRejected},
      {400, true, Reach::kRecords, Kind::kRejected},
      {401, false, Reach::kAccount, Kind::kUnauthorized},
      {402, false, Reach::kAccount, Kind::kUnauthorized},
      {403, true, Reach::kAccount, Kind::kUnauthorized},
      {404, false, Reach::kRecords, Kind::kRejected},
      {405, true, Reach::kCall, Kind::kRejected},
      {408, false, Reach::kCall, Kind::kRetry},
      {408, true, Reach::kCall, Kind::kUnknown},
      {409, true, Reach::kCall, Kind::kRetry},
      {415, false, Reach::kCall, Kind::kRejected},
      {422, false, Reach::kRecords, Kind::kRejected},
      {429, true, Reach::kAccount, Kind::kThrottled},
      {500, false, Reach::kCall, Kind::kRetry},
      {500, true, Reach::kCall, Kind::kUnknown},
      {502, true, Reach::kCall, Kind::kUnknown},
      {503, false, Reach::kCall, Kind::kRetry},
      {503, true, Reach::kCall, Kind::kUnknown},
      {504, true, Reach::kCall, Kind::kUnknown},
  };
  for (const Case& each : cases) {
    const http::Response response = Answering(each.status);
    const Verdict verdict = JudgeReply({response, {}}, each.creates, false, kNow);
    EXPECT_EQ(verdict.reach, each.reach) << each.status;
    EXPECT_EQ(verdict.outcome.kind, each.kind) << each.status << " " << each.creates;
    EXPECT_EQ(verdict.outcome.strains_destination, each.status >= 500) << each.status;
    const bool needs_a_person = each.kind == Kind::kRejected || each.kind == Kind::kUnauthorized;
    EXPECT_EQ(verdict.outcome.remedy.empty(), !needs_a_person) << each.status;
  }
  for (const int status : {200, 201, 204}) {
    const http::Response response = Answering(status);
    EXPECT_EQ(JudgeReply({response, {}}, true, false, kNow).reach, Reach::kNone) << status;
  }
}

TEST(CloseRateLimit, AllItsForms) {
  struct Case {
    std::string header;
    std::optional<int64_t> remaining;
    std::optional<absl::Duration> reset;
  };
  const std::vector<Case> cases = {
      {"limit=100, remaining=50, reset=5", 50, absl::Seconds(5)},
      {"limit=100; remaining=0; reset=0.25", 0, absl::Milliseconds(250)},
      {"reset=1,remaining=2", 2, absl::Seconds(1)},
      {"remaining=-1, reset=-1", std::nullopt, std::nullopt},
      {"remaining=1.5, reset=soon", std::nullopt, std::nullopt},
      {"remaining, reset=", std::nullopt, std::nullopt},
      {"reset=nan", std::nullopt, std::nullopt},
      {"reset=1e300", std::nullopt, absl::Hours(24)},
      {"", std::nullopt, std::nullopt},
  };
  for (const Case& each : cases) {
    const RateLimit limit = ReadRateLimit(Answering(200, {{"RateLimit", each.header}}));
    EXPECT_EQ(limit.remaining, each.remaining) << each.header;
    EXPECT_EQ(limit.reset, each.reset) << each.header;
  }
}

TEST(CloseErrors, IsGone) {
  const auto gone = [](int status, std::string_view body) {
    const json::Document document = *json::Document::Parse(body);
    const http::Response response = Answering(status);
    return IsGone({response, document.root()});
  };
  EXPECT_TRUE(gone(404, "{}"));
  EXPECT_TRUE(gone(400, R"({"field-errors":{"lead_id":"no"}})"));
  EXPECT_TRUE(gone(400, R"({"field-errors":{"contact_id":["no"]}})"));
  EXPECT_FALSE(gone(400, R"({"field-errors":{"note":"no"}})"));
  EXPECT_FALSE(gone(500, R"({"field-errors":{"lead_id":"no"}})"));
}

}  // namespace
}  // namespace leadrelay::delivery::close
