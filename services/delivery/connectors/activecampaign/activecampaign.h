#pragma once
// The ActiveCampaign connector: contacts by sync, or by import when many wait; lists and tags by
// settings, a deal, a note and a task when the lead carries them.
//
// API facts: v3 reference (developers.activecampaign.com/reference, its OpenAPI description as of
// 2026-02), pages "rate-limits", "authentication", "errors".

#include "services/delivery/connectors/activecampaign/plan.h"
#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

class ActiveCampaign final : public StepConnector {
 public:
  explicit ActiveCampaign(Settings settings);

  bool Offers(Operation operation) const override;
  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;
  Credential StaticCredential() const override;

  std::vector<const Mapping*> Mappings() const override {
    return {&settings_.contact, &settings_.deal, &settings_.task};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  BulkRange Bulk() const override { return {settings_.bulk_from, kMostImported}; }
  bool FitsBulk(const Job& job) const override;
  std::vector<QuotaHint> ReadQuota(const http::Response& response) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "ActiveCampaign"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  void Begin(Batch& batch) const override;
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::activecampaign
