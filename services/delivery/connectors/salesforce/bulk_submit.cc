#include "services/delivery/connectors/salesforce/bulk_submit.h"

#include "services/delivery/connectors/salesforce/bulk_rows.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

class CreateStep final : public BulkStep {
 public:
  explicit CreateStep(const Settings& settings) : BulkStep(settings, kCreateBulkJob) {}

  http::Request Build(const std::vector<const Job*>& /*jobs*/) const override {
    json::Writer writer;
    writer.StartObject()
        .Member("object", settings_.person_object())
        .Member("operation", "upsert")
        .Member("externalIdFieldName", settings_.key_field)
        .Member("contentType", "CSV")
        .Member("lineEnding", "LF");
    if (!settings_.bulk_assignment_rule.empty()) {
      writer.Member("assignmentRuleId", settings_.bulk_assignment_rule);
    }
    writer.EndObject();
    return JsonRequest("POST", settings_.Url("/jobs/ingest"), writer.Take());
  }

  bool Understands(const Answer& answer) const override {
    return IsId(answer.body.Find("id").StringOr(""));
  }

  void Absorb(const Batch& /*batch*/,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override {
    for (Job* job : jobs) {
      Set(job->progress, kBulkJob, answer.body.Find("id").StringOr(""));
      SetBulkStage(*job, kUploadBulkJob);
    }
  }
};

// Answers without a body, or with one that tells nothing new.
class SendStep : public BulkStep {
 public:
  SendStep(const Settings& settings, std::string_view name, std::string_view next)
      : BulkStep(settings, name), next_(next) {}

  bool Understands(const Answer& /*answer*/) const override { return true; }

  void Absorb(const Batch& /*batch*/,
              const std::vector<Job*>& jobs,
              const Answer& /*answer*/) const override {
    for (Job* job : jobs) SetBulkStage(*job, next_);
  }

 private:
  const std::string_view next_;
};

class UploadStep final : public SendStep {
 public:
  explicit UploadStep(const Settings& settings)
      : SendStep(settings, kUploadBulkJob, kCloseBulkJob) {}

  http::Request Build(const std::vector<const Job*>& jobs) const override {
    std::vector<Fields> rows;
    rows.reserve(jobs.size());
    for (const Job* job : jobs) rows.push_back(PersonOf(*job, settings_));
    http::Request request;
    request.method = "PUT";
    request.url = Url(*jobs.front(), "/batches");
    request.headers.Add("content-type", "text/csv");
    request.body = BulkRows(rows);
    return request;
  }
};

class CloseStep final : public SendStep {
 public:
  explicit CloseStep(const Settings& settings)
      : SendStep(settings, kCloseBulkJob, kAskAfterBulkJob) {}

  http::Request Build(const std::vector<const Job*>& jobs) const override {
    return JsonRequest("PATCH", Url(*jobs.front()), R"({"state":"UploadComplete"})");
  }
};

}  // namespace

std::unique_ptr<const delivery::Step> CreateBulkJob(const Settings& settings) {
  return std::make_unique<CreateStep>(settings);
}

std::unique_ptr<const delivery::Step> UploadBulkJob(const Settings& settings) {
  return std::make_unique<UploadStep>(settings);
}

std::unique_ptr<const delivery::Step> CloseBulkJob(const Settings& settings) {
  return std::make_unique<CloseStep>(settings);
}

}  // namespace leadrelay::delivery::salesforce
