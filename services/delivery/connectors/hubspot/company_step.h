#pragma once
// CompanyStep: the leads' companies, upserted by a property with unique values.  Pure.
//
// Leads of one company travel as one input, as a company of a hundred people must not cost a
// hundred calls.  The input has what each of them says, a later one over an earlier one: just what
// would be left of upserts one after another.
//
// Facts: docs "Companies" (batch upsert by `idProperty`, 2026-03).  What HubSpot says to the later
// of two calls that make one company at a time is not documented; taken as such are 409 CONFLICT
// and CONFLICTING_UNIQUE_VALUE of the property (seen in programs that call it).

#include <string>

#include "services/delivery/connectors/hubspot/records.h"
#include "services/delivery/connectors/hubspot/settings.h"
#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

class CompanyStep final : public Step {
 public:
  explicit CompanyStep(const Settings& settings);  // `settings` outlives it.
  std::string_view name() const override { return "upsert companies"; }
  bool IsRace(const Job& job, const ApiError& error) const override;
  bool Sends(const Job& job, std::string_view property) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Settings& settings_;
  const std::string url_;
};

}  // namespace leadrelay::delivery::hubspot
