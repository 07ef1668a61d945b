// OAuth of the HubSpot connector.
// Facts: docs "OAuth" (form-POST, dated path), 400 with a `status` such as BAD_REFRESH_TOKEN.

#include "services/delivery/connectors/oauth.h"

#include "services/delivery/connectors/hubspot/hubspot.h"

namespace leadrelay::delivery::hubspot {
namespace {

constexpr absl::Duration kUsualLife = absl::Minutes(30);

}  // namespace

Credential HubSpot::StaticCredential() const {
  return {settings_.access_token, ""};
}

std::string HubSpot::InitialRefreshToken() const {
  return settings_.refresh_token;
}

std::optional<http::Request> HubSpot::TokenRequest(std::string_view refresh_token,
                                                   absl::Time /*now*/) const {
  if (!settings_.oauth()) return std::nullopt;
  return FormTokenRequest(absl::StrCat(settings_.base_url, "/oauth/2026-03/token"),
                          {{"grant_type", "refresh_token"},
                           {"client_id", settings_.client_id},
                           {"client_secret", settings_.client_secret},
                           {"refresh_token", std::string(refresh_token)}});
}

absl::StatusOr<RefreshedToken> HubSpot::ParseToken(const http::Response& response) const {
  return ParseTokenAnswer(response, "HubSpot", kUsualLife);
}

}  // namespace leadrelay::delivery::hubspot
