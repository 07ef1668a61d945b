// What StepConnector does for every connector, on one with a bulk job: submit many, ask until it is
// done.

#include "services/delivery/connectors/step.h"

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

class Submit final : public Step {
 public:
  std::string_view name() const override { return "submit"; }
  size_t MaxJobs() const override { return 10; }
  http::Request Build(const std::vector<const Job*>& jobs) const override {
    return JsonRequest("POST", "/jobs", absl::StrCat(jobs.size()));
  }
  void Absorb(const Batch&, const std::vector<Job*>& jobs, const Answer& answer) const override {
    for (Job* job : jobs) Set(job->progress, "bulk", answer.body.Find("id").StringOr(""));
  }
};

class Poll final : public Step {
 public:
  std::string_view name() const override { return "poll"; }
  size_t MaxJobs() const override { return 10; }
  std::string Group(const Job& job) const override { return Get(job.progress, "bulk"); }
  bool Polls() const override { return true; }
  absl::Duration After(const std::vector<const Job*>&) const override { return absl::Seconds(2); }
  http::Request Build(const std::vector<const Job*>& jobs) const override {
    return JsonRequest("GET", absl::StrCat("/jobs/", Group(*jobs.front())), "");
  }
  void Absorb(const Batch&, const std::vector<Job*>& jobs, const Answer& answer) const override {
    if (answer.body.Find("state").StringOr("") != "done") return;
    for (Job* job : jobs) Set(job->progress, "done", "yes");
  }
};

class Bulky final : public StepConnector {
 public:
  void Authorize(
      http::Request&, const Call&, const Batch&, const Credential&, absl::Time) const override {}
  std::vector<Probe> Probes(absl::Time) const override { return {}; }
  Finding JudgeProbe(const Probe&, const http::Response&) const override { return {}; }

 protected:
  std::string_view crm() const override { return "Bulky"; }
  const std::vector<const Step*>& Steps() const override { return steps_; }
  void Begin(Batch& batch) const override {
    for (Job& job : batch.jobs) Set(job.scratch, "of", absl::StrCat(batch.jobs.size()));
  }
  const Step* NextStep(const Job& job) const override {
    if (Has(job.progress, "done")) return nullptr;
    return Has(job.progress, "bulk") ? static_cast<const Step*>(&poll_) : &submit_;
  }
  Verdict Judge(const Step&, const Answer&, absl::Time) const override { return {}; }
  Outcome Finished(const Job& job, int status) const override {
    return Outcome::Delivered(Get(job.scratch, "of"), "created", status);
  }

 private:
  const Submit submit_;
  const Poll poll_;
  const std::vector<const Step*> steps_ = {&submit_, &poll_};
};

Batch BatchOf(std::vector<std::string> bulks) {
  Batch batch;
  for (std::string& bulk : bulks) {
    Job& job = batch.jobs.emplace_back();
    job.delivery_id = absl::StrCat("d", batch.jobs.size());
    if (!bulk.empty()) Set(job.progress, "bulk", std::move(bulk));
  }
  return batch;
}

Reply ReplyTo(const Call& call, std::string body) {
  Reply reply{call, {}};
  reply.response.status = 200;
  reply.response.body = std::move(body);
  return reply;
}

struct Sent {
  std::string url;
  std::vector<size_t> jobs;
  absl::Duration after;
  friend bool operator==(const Sent&, const Sent&) = default;
};
Sent Of(const std::optional<Call>& call) {
  return call.has_value() ? Sent{call->request.url, call->jobs, call->after} : Sent{};
}

TEST(StepTest, AStepThatPollsIsAskedAgainUntilItIsThere) {
  const Bulky connector;
  Batch batch = BatchOf({"", ""});
  std::optional<Call> call = connector.Next(batch, nullptr);
  EXPECT_EQ(Of(call), (Sent{"/jobs", {0, 1}, absl::ZeroDuration()}));
  Reply reply = ReplyTo(*call, R"({"id": "7"})");
  call = connector.Next(batch, &reply);
  const Sent poll{"/jobs/7", {0, 1}, absl::Seconds(2)};
  for (int asked = 0; asked < 5; ++asked) {
    ASSERT_EQ(Of(call), poll);
    reply = ReplyTo(*call, R"({"state": "running"})");
    call = connector.Next(batch, &reply);
  }
  reply = ReplyTo(*call, R"({"state": "done"})");
  EXPECT_FALSE(connector.Next(batch, &reply).has_value());
  for (const Job& job : batch.jobs) {
    EXPECT_EQ(*job.outcome, Outcome::Delivered("2", "created", 200));
  }
}

TEST(StepTest, JobsOfDifferentGroupsNeverShareARequest) {
  const Bulky connector;
  Batch batch = BatchOf({"7", "8", "7", "8", ""});
  std::optional<Call> call = connector.Next(batch, nullptr);
  EXPECT_EQ(Of(call), (Sent{"/jobs", {4}, absl::ZeroDuration()}));
  Reply reply = ReplyTo(*call, R"({"id": "9"})");
  for (const Sent& poll : {Sent{"/jobs/7", {0, 2}, absl::Seconds(2)},
                           Sent{"/jobs/8", {1, 3}, absl::Seconds(2)},
                           Sent{"/jobs/9", {4}, absl::Seconds(2)}}) {
    call = connector.Next(batch, &reply);
    ASSERT_EQ(Of(call), poll);
    reply = ReplyTo(*call, R"({"state": "done"})");
  }
  EXPECT_FALSE(connector.Next(batch, &reply).has_value());
}

TEST(StepTest, AStepThatDoesNotPollIsGivenUpWhenItsAnswerSaysNothing) {
  const Bulky connector;
  Batch batch = BatchOf({""});
  const std::optional<Call> call = connector.Next(batch, nullptr);
  const Reply reply = ReplyTo(*call, "no JSON");
  EXPECT_FALSE(connector.Next(batch, &reply).has_value());
  EXPECT_EQ(*batch.jobs[0].outcome,
            Outcome::Retry("submit: Bulky's answer cannot be understood", 200));
}

}  // namespace
}  // namespace leadrelay::delivery
