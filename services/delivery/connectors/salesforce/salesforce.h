#pragma once
// The Salesforce connector: leads or contacts in collections of up to 200, or a backlog of them in
// a bulk job, an opportunity, a note and a task when the lead carries them.
//
// API facts: REST API Developer Guide and Object Reference, v67.0 (Summer '26); what other sources
// showed is marked where it is used.

#include "services/delivery/connectors/salesforce/plan.h"
#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

class Salesforce final : public StepConnector {
 public:
  explicit Salesforce(Settings settings);

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;
  bool Offers(Operation operation) const override;

  std::string InitialRefreshToken() const override;
  std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                            absl::Time now) const override;
  absl::StatusOr<RefreshedToken> ParseToken(const http::Response& response) const override;

  std::vector<const Mapping*> Mappings() const override {
    return {&settings_.mapping, &settings_.deal_mapping};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  int MaxBatch() const override { return 200; }
  BulkRange Bulk() const override { return settings_.bulk; }
  bool FitsBulk(const Job& job) const override { return plan_.FitsBulk(job); }
  std::vector<QuotaHint> ReadQuota(const http::Response& response) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Salesforce"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  void Begin(Batch& batch) const override { plan_.Begin(batch); }
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  Finding JudgePerson(const json::Value& body) const;
  Finding JudgeDeal(const json::Value& body) const;
  Finding JudgeActivity(const json::Value& body) const;
  Finding JudgeStages(const json::Value& body) const;

  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::salesforce
