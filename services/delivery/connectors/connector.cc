#include "services/delivery/connectors/connector.h"

#include <algorithm>

namespace leadrelay::delivery {
namespace {

constexpr absl::Duration kLongestRetryAfter = absl::Hours(24);

std::string Describe(int status) {
  const std::string phrase(http::ReasonPhrase(status));
  return absl::StrCat("HTTP ", status, phrase.empty() ? "" : " ", phrase);
}

}  // namespace

LeadFacts FactsOf(const Job& job) {
  return {job.lead, job.lead_id, job.delivery_id, job.publisher, job.accepted_at};
}

bool Has(const Progress& facts, std::string_view name) {
  return facts.find(name) != facts.end();
}

std::string Get(const Progress& facts, std::string_view name) {
  const auto found = facts.find(name);
  return found == facts.end() ? "" : found->second;
}

void Set(Progress& facts, std::string_view name, std::string value) {
  facts.insert_or_assign(std::string(name), std::move(value));
}

std::optional<http::Request> Connector::TokenRequest(std::string_view /*refresh_token*/,
                                                     absl::Time /*now*/) const {
  return std::nullopt;
}

std::optional<http::Request> Connector::Ask(const Question& /*question*/) const {
  return std::nullopt;
}

absl::StatusOr<std::vector<Found>> Connector::ReadAnswer(const Question& /*question*/,
                                                         const http::Response& /*response*/) const {
  return absl::UnimplementedError("this connector answers no questions");
}

absl::StatusOr<RefreshedToken> Connector::ParseToken(const http::Response& /*response*/) const {
  return absl::UnauthenticatedError("this destination's credential is static");
}

std::vector<QuotaHint> Connector::ReadQuota(const http::Response& /*response*/) const {
  return {};
}

const ConnectorType* FindConnector(std::string_view name) {
  const std::vector<ConnectorType>& all = AllConnectors();
  const auto found = std::ranges::find(all, name, &ConnectorType::name);
  return found == all.end() ? nullptr : &*found;
}

std::optional<absl::Duration> RetryAfter(const http::Response& response, absl::Time now) {
  const double seconds = http::RetryAfterSeconds(response.headers, absl::ToUnixSeconds(now));
  if (seconds < 0) return std::nullopt;
  return std::min(absl::Seconds(seconds), kLongestRetryAfter);
}

Outcome JudgeByStatus(const http::Response& response, absl::Time now) {
  const int status = response.status;
  const std::string what = Describe(status);
  if (status == 429) return Outcome::Throttled(what, RetryAfter(response, now), status);
  if (status == 401) {
    return Outcome::Unauthorized(what, "check the destination's credential", status);
  }
  if (status == 408 || status == 409 || status == 423 || status == 425 || status >= 500) {
    Outcome outcome = Outcome::Retry(what, status);
    outcome.retry_after = RetryAfter(response, now);
    outcome.strains_destination = status >= 500;
    return outcome;
  }
  if (status >= 300) {
    const bool moved = status < 400;
    return Outcome::Rejected(what,
                             moved ? "the address has moved: update the destination's URL"
                                   : "check the destination's settings and mapping, then replay",
                             status);
  }
  Outcome outcome = Outcome::Unknown(absl::StrCat(what, ": an answer that is not understood"));
  outcome.status = status;
  return outcome;
}

}  // namespace leadrelay::delivery
