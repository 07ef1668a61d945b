#pragma once
// The Google Sheets connector: a row for every lead, with the delivery id in a column of its own,
// rows of people updated, and rows marked as synced.
//
// API facts: Sheets API v4 (discovery document, "Reading & writing cell values", "Usage limits"),
// service accounts by RFC 7523 ("Using OAuth 2.0 for server to server applications"), 2025 to 2026.

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/google-sheets/errors.h"
#include "services/delivery/connectors/google-sheets/plan.h"
#include "services/delivery/connectors/google-sheets/settings.h"

namespace leadrelay::delivery::google_sheets {

class GoogleSheets final : public StepConnector {
 public:
  explicit GoogleSheets(Settings settings);

  void Authorize(http::Request& request,
                 const Call& call,
                 const Batch& batch,
                 const Credential& credential,
                 absl::Time now) const override;

  bool Offers(Operation operation) const override;

  std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                            absl::Time now) const override;
  absl::StatusOr<RefreshedToken> ParseToken(const http::Response& response) const override;

  std::vector<const Mapping*> Mappings() const override { return {&settings_.row}; }
  std::vector<config::RateWindow> DefaultLimits() const override;
  int MaxBatch() const override { return static_cast<int>(kMostRows); }

  std::vector<Probe> Probes(absl::Time now) const override;
  Finding JudgeProbe(const Probe& probe, const http::Response& response) const override;

  std::optional<http::Request> Ask(const Question& question) const override;
  absl::StatusOr<std::vector<Found>> ReadAnswer(const Question& question,
                                                const http::Response& response) const override;

 protected:
  std::string_view crm() const override { return "Google Sheets"; }
  const std::vector<const Step*>& Steps() const override { return plan_.steps(); }
  const Step* NextStep(const Job& job) const override { return plan_.Next(job); }
  Verdict Judge(const Step& step, const Answer& answer, absl::Time now) const override;
  std::optional<Outcome> RefuseUnasked(const Job& job) const override;
  Outcome Finished(const Job& job, int status) const override;

 private:
  std::optional<std::string> FaultIn(const Header& header) const;

  const Settings settings_;
  const Plan plan_;
};

}  // namespace leadrelay::delivery::google_sheets
