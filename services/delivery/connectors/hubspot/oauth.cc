// OAuth of the HubSpot connector.
// Facts: docs "OAuth" (form-POST, dated path), 400 with a `status` such as BAD_REFRESH_TOKEN.

#include "services/delivery/connectors/hubspot/hubspot.h"

namespace leadrelay::delivery::hubspot {
namespace {

constexpr int64_t kUsualLifeSeconds = 1800;

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
  http::Request request;
  request.method = "POST";
  request.url = absl::StrCat(settings_.base_url, "/oauth/2026-03/token");
  request.headers.Add("content-type", "application/x-www-form-urlencoded");
  request.body = http::EncodeForm({{"grant_type", "refresh_token"},
                                   {"client_id", settings_.client_id},
                                   {"client_secret", settings_.client_secret},
                                   {"refresh_token", std::string(refresh_token)}});
  return request;
}

absl::StatusOr<RefreshedToken> HubSpot::ParseToken(const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const int status = response.status;
  if (status == 200) {
    RefreshedToken token;
    token.access_token = body.Find("access_token").StringOr("");
    token.refresh_token = body.Find("refresh_token").StringOr("");
    const int64_t life = body.Find("expires_in").Int64Or(kUsualLifeSeconds);
    token.expires_in = absl::Seconds(life > 0 ? life : kUsualLifeSeconds);
    if (!token.access_token.empty()) return token;
    return absl::UnavailableError("HubSpot's token answer has no access_token");
  }
  if (status == 408 || status == 429 || status >= 500 || status < 400) {
    return absl::UnavailableError(absl::StrCat("HubSpot's token endpoint answers HTTP ", status));
  }
  return absl::UnauthenticatedError(
      absl::StrCat("HubSpot refuses to renew the access token: HTTP ", status));
}

}  // namespace leadrelay::delivery::hubspot
