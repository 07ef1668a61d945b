#pragma once
// The HubSpot connector: contacts by batch upsert, their companies, a deal and a note when the lead
// carries one.
//
// API facts: dated paths (developers.hubspot.com/docs/developer-tooling/platform/versioning),
// shapes from the vendor's specs (github.com/HubSpot/HubSpot-public-api-spec-collection, 2026-03).

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/hubspot/errors.h"
#include "services/delivery/connectors/hubspot/plan.h"
#include "services/delivery/connectors/hubspot/settings.h"

namespace leadrelay::delivery::hubspot {

class HubSpot final : public StepConnector {
 public:
  explicit HubSpot(Settings settings);

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;

  Credential StaticCredential() const override;
  std::string InitialRefreshToken() const override;
  std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                            absl::Time now) const override;
  absl::StatusOr<RefreshedToken> ParseToken(const http::Response& response) const override;

  bool Offers(Operation operation) const override { return operation != Operation::kMarkSynced; }
  std::vector<const Mapping*> Mappings() const override {
    return {&settings_.contact, &settings_.deal, &settings_.company};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  int MaxBatch() const override { return 100; }
  std::vector<QuotaHint> ReadQuota(const http::Response& response) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  std::string_view ScopeOf(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "HubSpot"; }
  const std::vector<const delivery::Step*>& Steps() const override { return plan_.steps(); }
  const delivery::Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const delivery::Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  Finding JudgePipelines(const json::Value& body) const;

  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::hubspot
