#pragma once
// The Freshsales connector (Freshworks CRM, the Suite): contacts by upsert, in bulk when many wait;
// a deal, a note and a task when the lead carries them.
//
// API facts: working clients (rudderlabs/rudder-transformer, n8n), a live run of 2026-10-04, and
// developers.freshworks.com/crm/api; the vendor publishes no schema.

#include "services/delivery/connectors/freshsales/plan.h"
#include "services/delivery/connectors/freshsales/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

class Freshsales final : public StepConnector {
 public:
  explicit Freshsales(Settings settings);

  bool Offers(Operation operation) const override;
  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;
  Credential StaticCredential() const override;

  std::vector<const Mapping*> Mappings() const override {
    return {&settings_.contact, &settings_.account, &settings_.deal, &settings_.task};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  BulkRange Bulk() const override { return {settings_.bulk_from, kMostInBulk}; }
  bool FitsBulk(const Job& job) const override;

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Freshsales"; }
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

}  // namespace leadrelay::delivery::freshsales
