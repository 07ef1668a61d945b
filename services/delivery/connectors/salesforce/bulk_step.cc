#include "services/delivery/connectors/salesforce/bulk_step.h"

namespace leadrelay::delivery::salesforce {

void SetBulkStage(Job& job, std::string_view stage) {
  Set(job.scratch, kBulkStage, std::string(stage));
}

void LeaveBulk(Job& job) {
  job.progress.erase(std::string(kBulkJob));
  job.progress.erase(std::string(kBulkReads));
  SetBulkStage(job, kNotInBulk);
}

std::string BulkStep::Url(const Job& job, std::string_view below) const {
  return settings_.Url(absl::StrCat(
      "/jobs/ingest/", http::PercentEncode(Get(job.progress, kBulkJob)), std::string(below)));
}

Verdict OfBulkJob(Verdict verdict) {
  const bool forbidden =
      verdict.outcome.kind == Outcome::Kind::kUnauthorized && verdict.outcome.status == 403;
  if (forbidden || verdict.outcome.kind == Outcome::Kind::kRejected) {
    verdict.reach = Verdict::Reach::kRecords;
  }
  return verdict;
}

}  // namespace leadrelay::delivery::salesforce
