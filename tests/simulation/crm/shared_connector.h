#pragma once
// SharedConnector: a connector that is configured once and lent to every process of every schedule.
// It also notes on each request which deliveries it is for, so that the world can hold what is sent
// against what may be.

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/delivery/connectors/connector.h"

namespace leadrelay::simulation {

// Delivery ids, each followed by a space.  Taken out of the request before the CRM sees it.
inline constexpr std::string_view kDeliveriesHeader = "x-simulated-deliveries";

class SharedConnector final : public delivery::Connector {
 public:
  explicit SharedConnector(const delivery::Connector& real) : real_(real) {}

  std::optional<delivery::Call> Next(delivery::Batch& batch,
                                     const delivery::Reply* last) const override {
    return real_.Next(batch, last);
  }
  void Authorize(http::Request& request,
                 const delivery::Call& call,
                 const delivery::Batch& batch,
                 const delivery::Credential& credential,
                 absl::Time now) const override {
    real_.Authorize(request, call, batch, credential, now);
    std::string ids;
    for (const size_t index : call.jobs) absl::StrAppend(&ids, batch.jobs[index].delivery_id, " ");
    request.headers.Set(kDeliveriesHeader, std::move(ids));
  }
  bool Offers(delivery::Operation operation) const override { return real_.Offers(operation); }
  delivery::Doubt doubt() const override { return real_.doubt(); }
  delivery::Credential StaticCredential() const override { return real_.StaticCredential(); }
  std::string InitialRefreshToken() const override { return real_.InitialRefreshToken(); }
  std::optional<http::Request> TokenRequest(std::string_view refresh_token,
                                            absl::Time now) const override {
    return real_.TokenRequest(refresh_token, now);
  }
  absl::StatusOr<delivery::RefreshedToken> ParseToken(
      const http::Response& response) const override {
    return real_.ParseToken(response);
  }
  std::vector<const delivery::Mapping*> Mappings() const override { return real_.Mappings(); }
  std::vector<config::RateWindow> DefaultLimits() const override { return real_.DefaultLimits(); }
  int MaxBatch() const override { return real_.MaxBatch(); }
  delivery::BulkRange Bulk() const override { return real_.Bulk(); }
  bool FitsBulk(const delivery::Job& job) const override { return real_.FitsBulk(job); }
  int MaxConcurrency() const override { return real_.MaxConcurrency(); }
  std::vector<delivery::QuotaHint> ReadQuota(const http::Response& response) const override {
    return real_.ReadQuota(response);
  }
  std::vector<delivery::Probe> Probes(absl::Time now) const override { return real_.Probes(now); }
  delivery::Finding JudgeProbe(const delivery::Probe& probe,
                               const http::Response& response) const override {
    return real_.JudgeProbe(probe, response);
  }

 private:
  const delivery::Connector& real_;
};

}  // namespace leadrelay::simulation
