// OAuth of the Pipedrive connector.
// Facts: marketplace-oauth-authorization (Basic authentication, api_domain in the answer),
// marketplace-oauth-and-api-proxy-status-codes (every 400 of the token endpoint is for good).

#include "services/delivery/connectors/oauth.h"

#include "common/crypto/crypto.h"
#include "services/delivery/connectors/pipedrive/pipedrive.h"
#include "services/delivery/connectors/request_rules.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr absl::Duration kUsualLife = absl::Seconds(3599);

}  // namespace

Credential Pipedrive::StaticCredential() const {
  return {settings_.api_token, ""};
}

std::string Pipedrive::InitialRefreshToken() const {
  return settings_.refresh_token;
}

std::optional<http::Request> Pipedrive::TokenRequest(std::string_view refresh_token,
                                                     absl::Time /*now*/) const {
  if (!settings_.oauth()) return std::nullopt;
  http::Request request = FormTokenRequest(
      absl::StrCat(settings_.base_url, "/oauth/token"),
      {{"grant_type", "refresh_token"}, {"refresh_token", std::string(refresh_token)}});
  const std::string client = absl::StrCat(settings_.client_id, ":", settings_.client_secret);
  request.headers.Set("authorization", absl::StrCat("Basic ", crypto::Base64(client)));
  return request;
}

absl::StatusOr<RefreshedToken> Pipedrive::ParseToken(const http::Response& response) const {
  absl::StatusOr<RefreshedToken> token = ParseTokenAnswer(response, "Pipedrive", kUsualLife);
  if (!token.ok()) return token;
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  token->base_url = document->root().Find("api_domain").StringOr("");
  if (FaultInUrl(token->base_url, settings_.allow_http).has_value() ||
      token->base_url.find('?') != std::string::npos) {
    return absl::UnavailableError("Pipedrive's token answer has no usable api_domain");
  }
  while (token->base_url.ends_with('/')) token->base_url.pop_back();
  return token;
}

}  // namespace leadrelay::delivery::pipedrive
