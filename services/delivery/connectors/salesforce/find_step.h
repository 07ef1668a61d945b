#pragma once
// FindStep: looks by SOQL for a record that may be there.  Pure.

#include <functional>
#include <string>

#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

class FindStep final : public delivery::Step {
 public:
  struct Plan {
    std::string name;
    std::function<std::string(const Job&)> soql;
    std::string id_field = "Id";  // Of its records.
    std::string_view found;       // Progress: the id.
    std::function<void(Job&)> absent;
    // May be missing: then every record that the query finds may be the one.
    std::function<bool(const Job&, const json::Value& record)> is_ours = nullptr;
    // One record is nobody's twice: two leads of one person may look alike.
    bool exclusive = true;
  };
  FindStep(const Settings& settings, Plan plan) : settings_(settings), plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Settings& settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::salesforce
