#pragma once
// BulkStep: what the steps of a bulk job have in common.  Pure.
//
//   create -> upload -> close -> ask, until it is over -> read successes -> read failures
//
// A bulk job upserts many people by the key field, in Salesforce's own time.  It is told by its id
// in the progress, so that an attempt that ends in between is followed by one that asks after the
// same job.  It cannot double anybody: it upserts.  Whoever comes to nothing in it (it is refused,
// fails, is gone, or its results do not have the person) leaves it, and goes on by the collections
// in the same attempt: they find the verdict on each.
//
// Facts: Bulk API 2.0 Developer Guide v67.0, "Bulk API 2.0 Ingest"; states and paths also as
// jsforce 3.10 has them (lib/api/bulk2).

#include <string>
#include <string_view>

#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

// Progress.
inline constexpr std::string_view kBulkJob = "bulk_job";      // Its id.
inline constexpr std::string_view kBulkReads = "bulk_reads";  // Attempts at its results.
// Scratch: the next step, by name.  Missing: the job has not been looked at; one that is in a bulk
// job then has it from an earlier attempt.
inline constexpr std::string_view kBulkStage = "bulk_stage";

inline constexpr std::string_view kCreateBulkJob = "create bulk job";
inline constexpr std::string_view kUploadBulkJob = "upload bulk job";
inline constexpr std::string_view kCloseBulkJob = "close bulk job";
inline constexpr std::string_view kAskAfterBulkJob = "ask after bulk job";
inline constexpr std::string_view kReadBulkSuccesses = "read bulk successes";
inline constexpr std::string_view kReadBulkFailures = "read bulk failures";
inline constexpr std::string_view kNotInBulk = "none";

void SetBulkStage(Job& job, std::string_view stage);
void LeaveBulk(Job& job);

class BulkStep : public delivery::Step {
 public:
  BulkStep(const Settings& settings, std::string_view name) : settings_(settings), name_(name) {}

  std::string_view name() const override { return name_; }
  size_t MaxJobs() const override { return 65'535; }
  std::string Group(const Job& job) const override { return Get(job.progress, kBulkJob); }
  bool IsAtFault(const Job& /*job*/, const Answer& /*answer*/) const override { return true; }
  void Refuse(Job& job, const Verdict& /*verdict*/, const Answer& /*answer*/) const override {
    LeaveBulk(job);
  }

 protected:
  // Where the bulk job of `job` is; `below` it: "/batches".
  std::string Url(const Job& job, std::string_view below = "") const;

  const Settings& settings_;

 private:
  const std::string_view name_;
};

// What is refused to a bulk job for good is no verdict on its people, nor on the account.
Verdict OfBulkJob(Verdict verdict);

}  // namespace leadrelay::delivery::salesforce
