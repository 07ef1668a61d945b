#pragma once
// LinkStep: records of the jobs tied to one another.  Repeating it changes nothing.  Pure.

#include <string>
#include <string_view>

#include "services/delivery/connectors/hubspot/records.h"
#include "services/delivery/connectors/hubspot/settings.h"
#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

struct Link {
  std::string name;          // Of the step.
  std::string from;          // "deals"
  std::string_view from_id;  // Progress.
  std::string to;
  std::string_view to_id;  // Progress.
  AssociationType type;
  std::string_view done;  // Progress: the fact to note.
};

Link ContactToCompany();
Link DealToContact();
Link DealToCompany();

class LinkStep final : public Step {
 public:
  LinkStep(const Settings& settings, Link link);
  std::string_view name() const override { return link_.name; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Link link_;
  const std::string url_;
};

}  // namespace leadrelay::delivery::hubspot
