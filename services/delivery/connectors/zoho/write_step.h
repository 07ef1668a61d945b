#pragma once
// WriteStep: records written by one request, up to a hundred: upsert, create or update.  Pure.

#include <functional>
#include <string>
#include <vector>

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/records.h"

namespace leadrelay::delivery::zoho {

class WriteStep final : public Step {
 public:
  struct Plan {
    std::string name;
    std::string method = "POST";
    std::string url;
    bool creates = false;
    Envelope envelope;
    std::function<Record(const Job&)> record;
    // Jobs of one key never travel together; without it the delivery is the key.
    std::function<std::string(const Job&)> key;
    // May be missing.  The records of jobs that have the same here go out as one, which has what
    // each of them says, a later one over an earlier one: what would be left of one after another.
    std::function<std::string(const Job&)> shared;
    std::function<void(Job&, const RecordVerdict&)> written;
    // Deals with a refusal in a way of its own, if it returns true.
    std::function<bool(Job&, const ApiError&, int status)> refused;
    // Fields that name records which this one hangs on.
    std::vector<std::string> links;
  };

  explicit WriteStep(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  size_t MaxJobs() const override { return kMostRecords; }
  int Cost(const std::vector<const Job*>& jobs) const override;
  bool Creates() const override { return plan_.creates; }
  std::string Key(const Job& job) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& answer) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;
  void Refuse(Job& job, const Verdict& verdict, const Answer& answer) const override;

 private:
  struct Inputs {
    std::vector<Record> records;
    std::vector<size_t> of_job;       // The record of each job.
    std::vector<size_t> jobs_behind;  // How many jobs each record is of.
  };
  Inputs InputsOf(const std::vector<const Job*>& jobs) const;
  void RefuseRecord(Job& job, const ApiError& error, int status) const;
  bool IsLinkGone(const Job& job, const ApiError& error) const;

  const Plan plan_;
};

}  // namespace leadrelay::delivery::zoho
