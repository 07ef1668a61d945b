#pragma once
// The Zapier connector: leads to a catch hook ("Webhooks by Zapier").
//
// Facts: help.zapier.com (webhook rate limits), docs.zapier.com (operating constraints), 2026-04.

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zapier/settings.h"

namespace leadrelay::delivery::zapier {

// One lead is an object.  Several are an array of them, of which Zapier starts one run each.
class SendLeads final : public Step {
 public:
  explicit SendLeads(const Settings& settings) : settings_(settings) {}

  std::string_view name() const override { return "send leads"; }
  size_t MaxJobs() const override;
  bool Creates() const override { return true; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  // Whatever the body is, the status says that it was stored.
  bool Understands(const Answer& /*answer*/) const override { return true; }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Settings& settings_;
};

class Zapier final : public StepConnector {
 public:
  explicit Zapier(Settings settings);

  // The URL is the credential.
  void Authorize(http::Request& /*request*/,
                 const Call& /*call*/,
                 const Batch& /*batch*/,
                 const Credential& /*credential*/,
                 absl::Time /*now*/) const override {}

  Doubt doubt() const override { return Doubt::kNothing; }
  std::vector<const Mapping*> Mappings() const override { return {&settings_.hook.mapping}; }
  std::vector<config::RateWindow> DefaultLimits() const override { return LimitsOf(settings_); }
  int MaxBatch() const override { return static_cast<int>(send_.MaxJobs()); }

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Zapier"; }
  const std::vector<const Step*>& Steps() const override { return steps_; }
  const Step* NextStep(const Job& /*job*/) const override { return &send_; }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  // Never asked for: the one step decides every job.
  Outcome Finished(const Job& job, int status) const override;

 private:
  const Settings settings_;
  const SendLeads send_;
  const std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::zapier
