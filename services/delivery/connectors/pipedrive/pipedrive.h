#pragma once
// The Pipedrive connector: a person, found before it is made, its organization, a deal or a lead of
// the inbox, a note, an activity.
//
// API facts: the vendor's specs openapi-v2.yaml and openapi.yaml (v1: leads and notes alone), as of
// 2026-08-18; v1 of all else is out of support since 2026-08-01.  Nothing is unique in Pipedrive,
// there is no upsert and no idempotency key, so everything is looked up before it is made.

#include "services/delivery/connectors/pipedrive/plan.h"
#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

class Pipedrive final : public StepConnector {
 public:
  explicit Pipedrive(Settings settings);

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;

  bool Offers(Operation operation) const override;

  Credential StaticCredential() const override;
  std::string InitialRefreshToken() const override;
  std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                            absl::Time now) const override;
  absl::StatusOr<RefreshedToken> ParseToken(const http::Response& response) const override;

  std::vector<const Mapping*> Mappings() const override {
    return {&settings_.person, &settings_.deal};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  std::vector<QuotaHint> ReadQuota(const http::Response& response) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Pipedrive"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  Finding JudgeFields(const Mapping& mapping, bool of_deals, const json::Value& body) const;
  Finding JudgeStages(const json::Value& body) const;

  const Settings settings_;
  const std::vector<std::string> fields_;  // That the mappings fill.
  const Plan plan_;
};

}  // namespace leadrelay::delivery::pipedrive
