// OAuth of the Close connector.
// Facts: docs "Authentication with OAuth": form-POST, an hour of life.  Each refresh issues a new
// refresh token and revokes the one it was asked with.

#include "services/delivery/connectors/oauth.h"

#include "services/delivery/connectors/close/close.h"

namespace leadrelay::delivery::close {
namespace {

constexpr absl::Duration kUsualLife = absl::Hours(1);

}  // namespace

Credential Close::StaticCredential() const {
  return {settings_.api_key, ""};
}

std::string Close::InitialRefreshToken() const {
  return settings_.refresh_token;
}

std::optional<http::Request> Close::TokenRequest(std::string_view refresh_token,
                                                 absl::Time /*now*/) const {
  if (!settings_.oauth()) return std::nullopt;
  return FormTokenRequest(absl::StrCat(settings_.base_url, "/oauth2/token/"),
                          {{"client_id", settings_.client_id},
                           {"client_secret", settings_.client_secret},
                           {"grant_type", "refresh_token"},
                           {"refresh_token", std::string(refresh_token)}});
}

absl::StatusOr<RefreshedToken> Close::ParseToken(const http::Response& response) const {
  return ParseTokenAnswer(response, "Close", kUsualLife);
}

}  // namespace leadrelay::delivery::close
