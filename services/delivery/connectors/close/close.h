#pragma once
// The Close connector: a contact in a lead, an opportunity, a note and a task.
//
// In Close a lead is a company, a contact is a person of one lead, and opportunities, notes and
// tasks hang on the lead.  API facts: developer.close.com and Close's OpenAPI, as of 2026-03 to
// 2026-09.  What is not documented is handled so that either answer works; comments say where.

#include "services/delivery/connectors/close/plan.h"
#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

class Close final : public StepConnector {
 public:
  explicit Close(Settings settings);

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
    return {&settings_.contact, &settings_.lead, &settings_.deal, &settings_.task};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  std::vector<QuotaHint> ReadQuota(const http::Response& response) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Close"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::close
