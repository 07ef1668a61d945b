// What becomes of jobs where the connector cannot say.

#include "services/delivery/deliver/decide_jobs.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {
namespace {

using Failure = http::TransportFailure::Kind;
using Kind = Outcome::Kind;

class Does final : public Connector {
 public:
  explicit Does(std::function<std::optional<Call>(Batch& batch)> next) : next_(std::move(next)) {}
  std::optional<Call> Next(Batch& batch, const Reply*) const override { return next_(batch); }
  void Authorize(
      http::Request&, const Call&, const Batch&, const Credential&, absl::Time) const override {}
  std::vector<Probe> Probes(absl::Time) const override { return {}; }
  Finding JudgeProbe(const Probe&, const http::Response&) const override { return {}; }

 private:
  const std::function<std::optional<Call>(Batch& batch)> next_;
};

Batch BatchOf(std::vector<std::optional<Outcome>> outcomes) {
  Batch batch;
  for (std::optional<Outcome>& outcome : outcomes) {
    batch.jobs.emplace_back().outcome = std::move(outcome);
  }
  return batch;
}

std::vector<Kind> KindsOf(const Batch& batch) {
  std::vector<Kind> kinds;
  for (const Job& job : batch.jobs) kinds.push_back(job.outcome.value_or(Outcome()).kind);
  return kinds;
}

TEST(DecideJobsTest, WhatNeverLeftIsTriedAgainAndWhatMayHaveIsInDoubt) {
  struct Case {
    Failure failure;
    Kind kind;
    bool strains;
  };
  for (const Case& each : {Case{Failure::kNotSent, Kind::kRetry, true},
                           Case{Failure::kUnknown, Kind::kUnknown, true},
                           Case{Failure::kTooLarge, Kind::kUnknown, true},
                           Case{Failure::kCancelled, Kind::kUnknown, false},
                           Case{Failure::kRefusedAddress, Kind::kRejected, false},
                           Case{Failure::kBadRequest, Kind::kRejected, false}}) {
    SCOPED_TRACE(static_cast<int>(each.failure));
    const Outcome outcome = OutcomeOf({each.failure, "why"});
    EXPECT_EQ(outcome.kind, each.kind);
    EXPECT_NE(outcome.reason.find("why"), std::string::npos) << outcome.reason;
    EXPECT_EQ(outcome.remedy.empty(), each.kind != Kind::kRejected);
    EXPECT_EQ(Strains(each.failure), each.strains);
  }
}

TEST(DecideJobsTest, ATokenThatCannotBeHad) {
  EXPECT_EQ(OutcomeOfCredential(absl::UnauthenticatedError("refused")).kind, Kind::kUnauthorized);
  EXPECT_EQ(OutcomeOfCredential(absl::ResourceExhaustedError("no more")),
            Outcome::Throttled("no more", kTokenPause, 0));
  EXPECT_EQ(OutcomeOfCredential(absl::UnavailableError("away")), Outcome::Retry("away", 0));
}

TEST(DecideJobsTest, AConnectorsMistakeCostsItsOpenJobs) {
  const Outcome done = Outcome::Delivered("1", "created", 201);
  Batch thrown = BatchOf({done, std::nullopt});
  const Does throws([](Batch&) -> std::optional<Call> { throw std::runtime_error("oops"); });
  EXPECT_FALSE(NextCall(throws, thrown, nullptr).has_value());
  EXPECT_EQ(KindsOf(thrown), (std::vector<Kind>{Kind::kDelivered, Kind::kRejected}));

  Batch undecided = BatchOf({done, std::nullopt});
  const Does gives_up([](Batch&) { return std::nullopt; });
  EXPECT_FALSE(NextCall(gives_up, undecided, nullptr).has_value());
  EXPECT_EQ(KindsOf(undecided), (std::vector<Kind>{Kind::kDelivered, Kind::kRejected}));
}

TEST(DecideJobsTest, WhatTheCrmSaysIsKeptWithinBounds) {
  const std::string longest(kLongestFact, '7');
  Batch batch = BatchOf({std::nullopt, std::nullopt, std::nullopt});
  int asked = 0;
  const Does answers([&](Batch& with) -> std::optional<Call> {
    Call call;
    if (asked++ == 0) {
      Set(with.jobs[0].progress, "contact", longest + "7");
      Set(with.jobs[1].progress, "contact", longest);
      with.jobs[2].outcome = Outcome::Delivered(longest + "7", "created", 200);
      call.jobs = {0, 1};
    } else {
      call.jobs = {1};
      with.jobs[1].outcome = Outcome::Retry(std::string(kLongestReason - 1, 'x') + "\u00e9", 503);
    }
    return call;
  });
  const std::optional<Call> call = NextCall(answers, batch, nullptr);
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->jobs, std::vector<size_t>{1}) << "the call for the rejected one is not made";
  EXPECT_EQ(KindsOf(batch), (std::vector<Kind>{Kind::kRejected, Kind::kRetry, Kind::kDelivered}));
  EXPECT_TRUE(batch.jobs[0].progress.empty());
  EXPECT_EQ(Get(batch.jobs[1].progress, "contact"), longest);
  EXPECT_EQ(batch.jobs[1].outcome->reason, std::string(kLongestReason - 1, 'x'));
  EXPECT_EQ(batch.jobs[2].outcome->remote_id, "");
}

TEST(DecideJobsTest, OnlyOpenJobsAreDecidedAndOnlyRefusedOnesReopened) {
  const Outcome done = Outcome::Delivered("1", "created", 201);
  const Outcome refused = Outcome::Unauthorized("401", "renew it", 401);
  Batch batch = BatchOf({done, std::nullopt, refused, std::nullopt});
  Call call;
  call.jobs = {0, 1, 7};
  DecideJobsOf(call, batch, Outcome::Unknown("lost"));
  EXPECT_EQ(
      KindsOf(batch),
      (std::vector<Kind>{Kind::kDelivered, Kind::kUnknown, Kind::kUnauthorized, Kind::kRetry}));
  ReopenUnauthorized(batch);
  EXPECT_FALSE(batch.jobs[2].outcome.has_value());
  DecideOpenJobs(batch, Outcome::Rejected("no", "discard it", 400));
  EXPECT_EQ(
      KindsOf(batch),
      (std::vector<Kind>{Kind::kDelivered, Kind::kUnknown, Kind::kRejected, Kind::kRejected}));
}

TEST(DecideJobsTest, WhatIsNotOfferedIsRejected) {
  const json::Document note = *json::Document::Parse(R"({"operation": "add_note"})");
  const json::Document lead = *json::Document::Parse(R"({"email": "a@example.com"})");
  Batch batch = BatchOf({std::nullopt, std::nullopt});
  batch.jobs[0].lead = note.root();
  batch.jobs[1].lead = lead.root();
  RejectWhatIsNotOffered(Does([](Batch&) { return std::nullopt; }), batch);
  ASSERT_TRUE(batch.jobs[0].outcome.has_value());
  EXPECT_EQ(batch.jobs[0].outcome->kind, Kind::kRejected);
  EXPECT_FALSE(batch.jobs[1].outcome.has_value());
}

}  // namespace
}  // namespace leadrelay::delivery
