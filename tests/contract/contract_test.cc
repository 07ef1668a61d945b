// Every connector against the conversations under tests/fixtures/connectors/<connector>/: whole
// requests, whole outcomes.  The test plays the delivery loop, without a network.

#include <algorithm>
#include <ostream>
#include <set>

#include <gtest/gtest.h>

#include "tests/contract/fixture.h"

namespace leadrelay::test {

using delivery::Batch;
using delivery::Call;
using delivery::Connector;
using delivery::Credential;
using delivery::Job;
using delivery::Outcome;
using delivery::Reply;

void PrintTo(const Fixture& fixture, std::ostream* out) {
  *out << fixture.file.string();
}

namespace {

std::vector<Fixture> AllFixtures() {
  std::vector<Fixture> all;
  for (const delivery::ConnectorType& type : delivery::AllConnectors()) {
    for (Fixture& fixture : LoadFixtures(LEADRELAY_FIXTURES, type.name)) {
      all.push_back(std::move(fixture));
    }
  }
  return all;
}

// The conversation of a fixture, line by line.
class Conversation {
 public:
  Conversation(const Fixture& fixture, const Connector& connector)
      : connector_(connector), exchange_(fixture["exchange"].Elements()), batch_(BatchOf(fixture)) {
    credential_ = connector.StaticCredential();
    if (fixture["access_token"].exists()) {
      credential_.token = fixture["access_token"].StringOr("");
      credential_.base_url = fixture["token_base_url"].StringOr("");
    }
  }

  void Run() {
    std::optional<Call> call = connector_.Next(batch_, nullptr);
    while (call.has_value()) {
      if (at_ == exchange_.size()) {
        FAIL() << "a request that the fixture does not have: " << Canonical(call->request);
      }
      http::Request request = call->request;
      connector_.Authorize(request, *call, batch_, credential_, batch_.now);
      const json::Value line = Expect(request);
      EXPECT_EQ(absl::FormatDuration(call->after), line.Find("after").StringOr("0"))
          << "exchange " << at_;
      if (line.Find("failure").exists()) {
        Decide(*call, line.Find("failure").StringOr(""));
        call = connector_.Next(batch_, nullptr);
        continue;
      }
      const Reply reply{*call, ResponseOf(line.Find("response"))};
      call = connector_.Next(batch_, &reply);
      if (Refresh()) call = connector_.Next(batch_, nullptr);
    }
    EXPECT_EQ(at_, exchange_.size()) << "requests that were never sent";
  }

  const Batch& batch() const { return batch_; }

 private:
  // The fixture's next line, whose request has to be this one.
  json::Value Expect(const http::Request& request) {
    const json::Value line = exchange_[at_++];
    EXPECT_EQ(Canonical(request), CanonicalRequest(line.Find("request"))) << "exchange " << at_;
    return line;
  }

  void Decide(const Call& call, const std::string& failure) {
    for (const size_t index : call.jobs) {
      batch_.jobs[index].outcome = failure == "unknown" ? Outcome::Unknown("connection reset")
                                                        : Outcome::Retry("not reached", 0);
    }
  }

  // As the loop does once in a batch: a new credential, and on with what was refused.
  bool Refresh() {
    const auto refused = [](const Job& job) {
      return job.outcome.has_value() && job.outcome->kind == Outcome::Kind::kUnauthorized;
    };
    const std::optional<http::Request> request =
        connector_.TokenRequest(connector_.InitialRefreshToken(), batch_.now);
    if (refreshed_ || !request.has_value() || std::ranges::none_of(batch_.jobs, refused) ||
        at_ == exchange_.size()) {
      return false;
    }
    refreshed_ = true;
    const json::Value line = Expect(*request);
    const absl::StatusOr<delivery::RefreshedToken> token =
        connector_.ParseToken(ResponseOf(line.Find("response")));
    if (!token.ok()) return false;
    credential_.token = token->access_token;
    if (!token->base_url.empty()) credential_.base_url = token->base_url;
    for (Job& job : batch_.jobs) {
      if (refused(job)) job.outcome.reset();
    }
    return true;
  }

  const Connector& connector_;
  const std::vector<json::Value> exchange_;
  Batch batch_;
  Credential credential_;
  size_t at_ = 0;
  bool refreshed_ = false;
};

class Contract : public testing::TestWithParam<Fixture> {};

TEST_P(Contract, IsKept) {
  const Fixture& fixture = GetParam();
  EXPECT_FALSE(fixture["description"].StringOr("").empty()) << "says nothing of what it shows";
  EXPECT_FALSE(fixture["source"].StringOr("").empty()) << "answers from nowhere";
#ifndef LEADRELAY_FROM_TEMPLATE
  EXPECT_EQ(fixture.document.root().ToJson().find("REPLACE"), std::string::npos);
#endif
  const Configured configured = Configure(fixture);
  ASSERT_EQ(configured.faults, "");
  Conversation conversation(fixture, *configured.connector);
  conversation.Run();

  const std::vector<Job>& jobs = conversation.batch().jobs;
  ASSERT_EQ(fixture["outcomes"].size(), jobs.size());
  for (size_t i = 0; i < jobs.size(); ++i) {
    SCOPED_TRACE(absl::StrCat("job ", i));
    ASSERT_TRUE(jobs[i].outcome.has_value()) << "left without an outcome";
    EXPECT_EQ(Canonical(*jobs[i].outcome), fixture["outcomes"].At(i).Canonical());
    const json::Value progress = fixture["progress"].At(i);
    EXPECT_EQ(Canonical(jobs[i].progress), progress.exists() ? progress.Canonical() : "{}");
    EXPECT_EQ(jobs[i].unknown, fixture["unknown"].At(i).BoolOr(false));
  }
}

INSTANTIATE_TEST_SUITE_P(Connectors,
                         Contract,
                         testing::ValuesIn(AllFixtures()),
                         [](const testing::TestParamInfo<Fixture>& info) {
                           std::string name = absl::StrCat(
                               info.param.connector(), "_", info.param.file.stem().string());
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

// A connector whose fixtures leave out one of these has not shown what it does then.
TEST(ContractCoverage, EveryConnectorShowsEveryOutcome) {
  ASSERT_FALSE(delivery::AllConnectors().empty());
  for (const delivery::ConnectorType& type : delivery::AllConnectors()) {
    SCOPED_TRACE(type.name);
    std::set<std::string> shown;
    bool keeps_progress = false;
    bool resumes = false;
    bool unknown = false;
    bool batch = false;
    int max_batch = 1;
    for (const Fixture& fixture : LoadFixtures(LEADRELAY_FIXTURES, type.name)) {
      const Configured configured = Configure(fixture);
      if (configured.connector != nullptr) max_batch = configured.connector->MaxBatch();
      for (const json::Value& outcome : fixture["outcomes"].Elements()) {
        shown.insert(outcome.Find("kind").StringOr(""));
      }
      for (const json::Value& job : fixture["jobs"].Elements()) {
        resumes = resumes || job.Find("progress").size() > 0;
        unknown = unknown || job.Find("unknown").BoolOr(false);
      }
      for (const json::Value& progress : fixture["progress"].Elements()) {
        keeps_progress = keeps_progress || progress.size() > 0;
      }
      batch = batch || fixture["jobs"].size() > 1;
    }
    for (const char* kind : {"delivered", "retry", "throttled", "unauthorized", "rejected"}) {
      EXPECT_TRUE(shown.contains(kind)) << "no fixture ends as " << kind;
    }
    EXPECT_TRUE(unknown) << "no fixture has a job whose earlier attempt may have been processed";
    EXPECT_TRUE(resumes || !keeps_progress) << "keeps progress, and no fixture resumes with it";
    EXPECT_TRUE(batch || max_batch == 1) << "takes batches, and no fixture has one";
  }
}

// A folder of fixtures that no connector reads would look like proof and be none.
TEST(ContractCoverage, EveryFixtureFolderIsAConnectors) {
  for (const auto& entry : std::filesystem::directory_iterator(LEADRELAY_FIXTURES)) {
    EXPECT_NE(delivery::FindConnector(entry.path().filename().string()), nullptr) << entry.path();
  }
}

}  // namespace
}  // namespace leadrelay::test
