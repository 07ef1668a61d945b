#pragma once
// LinkStep: deals tied to their contacts.  Repeating it changes nothing.  Pure.

#include <string>

#include "services/delivery/connectors/hubspot/settings.h"
#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

class LinkStep final : public Step {
 public:
  explicit LinkStep(const Settings& settings);
  std::string_view name() const override { return "link deals"; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  std::string url_;
};

}  // namespace leadrelay::delivery::hubspot
