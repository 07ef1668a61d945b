#include "services/delivery/connectors/outcome.h"

#include <gtest/gtest.h>

#include "services/delivery/connectors/connector.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery {

namespace {

using Kind = Outcome::Kind;

const absl::Time kNow = absl::FromUnixSeconds(1'788'256'800);  // 2026-09-01T10:00:00Z

Outcome Judged(int status, const std::string& retry_after = "") {
  http::Response response;
  response.status = status;
  if (!retry_after.empty()) response.headers.Add("Retry-After", retry_after);
  return JudgeByStatus(response, kNow);
}

TEST(JudgeByStatus, EveryStatusHasOneMeaning) {
  for (int status = 0; status < 1000; ++status) {
    Kind kind = Kind::kRejected;
    if (status < 300) kind = Kind::kUnknown;
    if (status == 401) kind = Kind::kUnauthorized;
    if (status == 429) kind = Kind::kThrottled;
    if (status == 408 || status == 409 || status == 423 || status == 425 || status >= 500) {
      kind = Kind::kRetry;
    }
    const Outcome outcome = Judged(status);
    EXPECT_EQ(outcome.kind, kind) << status;
    EXPECT_EQ(outcome.status, status);
    EXPECT_FALSE(outcome.reason.empty()) << status;
    EXPECT_EQ(outcome.strains_destination, status >= 500) << status;
    const bool final = kind == Kind::kRejected || kind == Kind::kUnauthorized;
    EXPECT_EQ(outcome.remedy.empty(), !final) << status;
    EXPECT_EQ(outcome.retry_after, std::nullopt) << status;
  }
}

TEST(JudgeByStatus, ReadsRetryAfter) {
  EXPECT_EQ(Judged(429, "30").retry_after, absl::Seconds(30));
  EXPECT_EQ(Judged(503, "0").retry_after, absl::ZeroDuration());
  EXPECT_EQ(Judged(409, "Tue, 01 Sep 2026 10:02:00 GMT").retry_after, absl::Minutes(2));
  EXPECT_EQ(Judged(503, "Tue, 01 Sep 2020 10:02:00 GMT").retry_after, absl::ZeroDuration());
  EXPECT_EQ(Judged(503, "99999999").retry_after, absl::Hours(24));
  EXPECT_EQ(Judged(503, "soon").retry_after, std::nullopt);
  EXPECT_EQ(Judged(429, "-5").retry_after, std::nullopt);
  EXPECT_EQ(Judged(400, "30").retry_after, std::nullopt);
}

TEST(JudgeByStatus, WholeOutcomes) {
  Outcome retry = Outcome::Retry("HTTP 503 Service Unavailable", 503);
  retry.strains_destination = true;
  EXPECT_EQ(Judged(503), retry);
  EXPECT_EQ(Judged(302),
            Outcome::Rejected(
                "HTTP 302 Found", "the address has moved: update the destination's URL", 302));
  EXPECT_EQ(
      Judged(404),
      Outcome::Rejected(
          "HTTP 404 Not Found", "check the destination's settings and mapping, then replay", 404));
  EXPECT_EQ(
      Judged(401),
      Outcome::Unauthorized("HTTP 401 Unauthorized", "check the destination's credential", 401));
}

TEST(Outcome, FactoriesFillWhatTheyAreGiven) {
  Outcome expected;
  expected.kind = Kind::kDelivered;
  expected.remote_id = "51";
  expected.effect = "created";
  expected.status = 201;
  EXPECT_EQ(Outcome::Delivered("51", "created", 201), expected);

  expected = {};
  expected.kind = Kind::kDuplicate;
  expected.remote_id = "51";
  expected.status = 200;
  EXPECT_EQ(Outcome::Duplicate("51", 200), expected);

  expected = {};
  expected.kind = Kind::kThrottled;
  expected.reason = "why";
  expected.retry_after = absl::Seconds(3);
  expected.status = 429;
  EXPECT_EQ(Outcome::Throttled("why", absl::Seconds(3), 429), expected);

  expected = {};
  expected.kind = Kind::kUnknown;
  expected.reason = "why";
  EXPECT_EQ(Outcome::Unknown("why"), expected);

  expected = {};
  expected.kind = Kind::kRejected;
  expected.reason = "why";
  expected.remedy = "how";
  expected.status = 400;
  EXPECT_EQ(Outcome::Rejected("why", "how", 400), expected);
}

TEST(Outcome, EveryKindHasItsName) {
  const std::vector<std::pair<Kind, std::string_view>> names = {
      {Kind::kDelivered, "delivered"},
      {Kind::kDuplicate, "duplicate"},
      {Kind::kRetry, "retry"},
      {Kind::kThrottled, "throttled"},
      {Kind::kUnauthorized, "unauthorized"},
      {Kind::kUnknown, "unknown"},
      {Kind::kRejected, "rejected"}};
  for (const auto& [kind, name] : names) EXPECT_EQ(Name(kind), name);
}

}  // namespace
}  // namespace leadrelay::delivery
