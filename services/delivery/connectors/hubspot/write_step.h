#pragma once
// WriteStep: records written by a batch endpoint, upsert or create.  Pure.

#include <functional>
#include <string>

#include "services/delivery/connectors/hubspot/records.h"
#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

class WriteStep final : public Step {
 public:
  struct Plan {
    std::string name;
    std::string url;
    bool creates = false;
    std::function<Record(const Job&)> record;
    std::function<void(Job&, const RecordVerdict&)> written;
    // For creates: what to do when the answer does not say what became of the record.  Without it
    // the job is unknown.
    std::function<void(Job&)> in_doubt;
  };

  explicit WriteStep(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  bool Creates() const override { return plan_.creates; }
  std::string Key(const Job& job) const override;
  bool IsRace(const Job& job, const ApiError& error) const override;
  bool Sends(const Job& job, std::string_view property) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  Plan plan_;
};

}  // namespace leadrelay::delivery::hubspot
