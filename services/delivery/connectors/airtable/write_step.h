#pragma once
// WriteStep: records of one table written, by upsert or by update.  Pure.
//
// Whatever is written here may be written again: an upsert merges, and an update says the same.  So
// a failure after which nobody knows is tried again without a look first.

#include <functional>
#include <string>

#include "services/delivery/connectors/airtable/records.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::airtable {

class WriteStep final : public Step {
 public:
  struct Plan {
    std::string name;
    std::string url;
    bool typecast = true;
    std::function<Record(const Job& job)> record;
    std::function<void(Job& job, const Written& written)> written;
  };

  explicit WriteStep(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  size_t MaxJobs() const override { return kMostRecords; }
  std::string Key(const Job& job) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& answer) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;
  void Refuse(Job& job, const Verdict& verdict, const Answer& answer) const override;
  // Everybody who sends a field that is not there is at fault, and nobody else.
  bool IsAtFault(const Job& job, const Answer& answer) const override;

 private:
  bool Sends(const Job& job, std::string_view field) const;

  const Plan plan_;
};

// The person, or what it is written from, is no longer in the base: what we knew is worth nothing,
// and the next attempt begins anew.
void ForgetAndRetry(Job& job, int status);

}  // namespace leadrelay::delivery::airtable
