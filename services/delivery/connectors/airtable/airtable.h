#pragma once
// The Airtable connector: a person by upsert into a table of choice, with a note, a deal and a task
// when the lead carries them and the base has a table for them.
//
// API facts: Web API v0, the only version, as Airtable's OpenAPI description and the pages "Update
// multiple records", "Errors" and "Rate limits" of airtable.com/developers/web have them (2025 to
// 2026).

#include "services/delivery/connectors/airtable/errors.h"
#include "services/delivery/connectors/airtable/plan.h"
#include "services/delivery/connectors/airtable/settings.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::airtable {

class Airtable final : public StepConnector {
 public:
  explicit Airtable(Settings settings);

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
    return {&settings_.person, &settings_.deal.mapping, &settings_.task.mapping};
  }
  std::vector<config::RateWindow> DefaultLimits() const override;
  int MaxBatch() const override { return kBatch; }

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Airtable"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  static constexpr int kBatch = 10;

  // The table for "person", "deal" or "task"; empty: there is none.
  std::string TableFor(std::string_view object) const;
  Finding JudgeTables(const Probe& probe, const json::Value& body) const;

  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::airtable
