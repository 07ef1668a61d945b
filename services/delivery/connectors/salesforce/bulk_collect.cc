#include "services/delivery/connectors/salesforce/bulk_collect.h"

#include <algorithm>
#include <charconv>

#include "services/delivery/connectors/salesforce/bulk_rows.h"
#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/person_steps.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

// Scratch.
constexpr std::string_view kAsked = "bulk_asked";        // How often, in the whole batch.
constexpr std::string_view kFlawless = "bulk_flawless";  // Nobody failed in the bulk job.

constexpr absl::Duration kFirstWait = absl::Seconds(2);
// Some ten minutes: a message may have waited for a quarter of an hour before, and the broker takes
// it back after half of one.
constexpr int64_t kMostAsks = 60;
// An answer that is too large, or cut, would be so for ever.
constexpr int64_t kMostReads = 2;

int64_t Number(const Progress& facts, std::string_view name) {
  const std::string text = Get(facts, name);
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

http::Request AskFor(std::string url, std::string accept) {
  http::Request request;
  request.url = std::move(url);
  request.headers.Add("accept", std::move(accept));
  return request;
}

// One batch may wait for several bulk jobs of earlier attempts, one after the other.
int64_t AskedIn(const Batch& batch) {
  int64_t asked = 0;
  for (const Job& job : batch.jobs) asked = std::max(asked, Number(job.scratch, kAsked));
  return asked;
}

class AskStep final : public BulkStep {
 public:
  explicit AskStep(const Settings& settings) : BulkStep(settings, kAskAfterBulkJob) {}

  bool Polls() const override { return true; }

  absl::Duration After(const std::vector<const Job*>& jobs) const override {
    const int64_t doublings = std::min<int64_t>(Number(jobs.front()->scratch, kAsked), 3);
    return std::min(kLongestWait, kFirstWait * (int64_t{1} << doublings));
  }

  http::Request Build(const std::vector<const Job*>& jobs) const override {
    return AskFor(Url(*jobs.front()), "application/json");
  }

  bool Understands(const Answer& answer) const override {
    return answer.body.Find("state").AsString().has_value();
  }

  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override {
    const std::string state = answer.body.Find("state").StringOr("");
    const bool over = state == "JobComplete" || state == "Failed" || state == "Aborted";
    const int64_t asked = AskedIn(batch) + 1;
    // A batch has 24 calls for each of its jobs.
    const bool enough =
        asked >= std::min(kMostAsks, 3 + 4 * static_cast<int64_t>(batch.jobs.size()));
    for (Job* job : jobs) {
      Set(job->scratch, kAsked, absl::StrCat(asked));
      if (over) {
        Over(*job, answer.body);
      } else if (state == "Open" && !Has(job->scratch, kBulkStage)) {
        LeaveBulk(*job);  // An earlier attempt has not closed it: it never begins.
      } else if (enough) {
        job->outcome = Outcome::Retry("the bulk job is not done yet", answer.response.status);
      }
    }
  }

 private:
  // Failed and aborted ones may have written some.
  static void Over(Job& job, const json::Value& info) {
    const int64_t reads = Number(job.progress, kBulkReads) + 1;
    if (info.Find("numberRecordsProcessed").Int64Or(1) == 0 || reads > kMostReads) {
      return LeaveBulk(job);
    }
    Set(job.progress, kBulkReads, absl::StrCat(reads));
    if (info.Find("numberRecordsFailed").Int64Or(1) == 0) Set(job.scratch, kFlawless, "yes");
    SetBulkStage(job, kReadBulkSuccesses);
  }
};

class ReadStep : public BulkStep {
 public:
  ReadStep(const Settings& settings, std::string_view name, std::string_view path)
      : BulkStep(settings, name), path_(path) {}

  http::Request Build(const std::vector<const Job*>& jobs) const override {
    return AskFor(Url(*jobs.front(), path_), "text/csv");
  }

  bool Understands(const Answer& answer) const override {
    return ReadBulkResults(answer.response.body, settings_.key_field).has_value();
  }

  void Absorb(const Batch& /*batch*/,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override {
    const auto results = ReadBulkResults(answer.response.body, settings_.key_field);
    if (!results.has_value()) return;
    for (Job* job : jobs) {
      const auto found = results->find(LowerCase(KeyOf(*job, settings_)));
      Take(*job, found == results->end() ? nullptr : &found->second, answer.response.status);
    }
  }

 protected:
  // `result`: null when there is none.
  virtual void Take(Job& job, const BulkResult* result, int status) const = 0;

 private:
  const std::string_view path_;
};

class ReadSuccessesStep final : public ReadStep {
 public:
  explicit ReadSuccessesStep(const Settings& settings)
      : ReadStep(settings, kReadBulkSuccesses, "/successfulResults") {}

 protected:
  void Take(Job& job, const BulkResult* result, int /*status*/) const override {
    if (result != nullptr && IsId(result->id)) {
      LeaveBulk(job);
      PersonWritten(job, result->id, result->created);
    } else if (Has(job.scratch, kFlawless)) {
      LeaveBulk(job);
    } else {
      SetBulkStage(job, kReadBulkFailures);
    }
  }
};

class ReadFailuresStep final : public ReadStep {
 public:
  explicit ReadFailuresStep(const Settings& settings)
      : ReadStep(settings, kReadBulkFailures, "/failedResults") {}

 protected:
  void Take(Job& job, const BulkResult* result, int status) const override {
    LeaveBulk(job);
    const ApiError error = result == nullptr ? ApiError() : ReadRowError(result->error);
    // What allows duplicates is a header, of which bulk jobs know nothing
    // (github.com/simple-salesforce/simple-salesforce/issues/628).
    const bool may_be_allowed =
        error.code == "DUPLICATES_DETECTED" && settings_.duplicates == Duplicates::kAllow;
    if (error.code.empty() || may_be_allowed || PersonGoesOn(settings_, job, error)) return;
    RefuseRecord(job, error, status, [this, &job](std::string_view field) {
      return Find(PersonOf(job, settings_), field) != nullptr;
    });
  }
};

}  // namespace

std::unique_ptr<const delivery::Step> AskAfterBulkJob(const Settings& settings) {
  return std::make_unique<AskStep>(settings);
}

std::unique_ptr<const delivery::Step> ReadBulkSuccesses(const Settings& settings) {
  return std::make_unique<ReadSuccessesStep>(settings);
}

std::unique_ptr<const delivery::Step> ReadBulkFailures(const Settings& settings) {
  return std::make_unique<ReadFailuresStep>(settings);
}

}  // namespace leadrelay::delivery::salesforce
