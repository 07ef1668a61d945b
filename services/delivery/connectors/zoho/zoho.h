#pragma once
// The Zoho CRM connector: leads or contacts by upsert, up to a hundred at a time, with a deal, a
// note and a task when the lead carries them.
//
// API facts: version 8 (www.zoho.com/crm/developer/docs/api/v8, github.com/zoho/crm-oas), August
// 2026.  An account lives in one data centre; its address comes with the access token, so requests
// have a path for a URL until they are sent.

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/plan.h"
#include "services/delivery/connectors/zoho/settings.h"

namespace leadrelay::delivery::zoho {

class Zoho final : public StepConnector {
 public:
  explicit Zoho(Settings settings);

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
    return {&settings_.person, &settings_.contact, &settings_.account, &settings_.deal};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  int MaxBatch() const override { return 100; }
  int MaxConcurrency() const override;
  std::vector<QuotaHint> ReadQuota(const http::Response& response) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Zoho"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::zoho
