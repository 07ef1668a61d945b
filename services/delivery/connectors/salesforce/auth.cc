// How the Salesforce connector comes to its token: a signed assertion, a refresh token, or client
// credentials.
// Facts: help "OAuth 2.0 JWT Bearer Flow", "Refresh Token Flow", "Client Credentials Flow".

#include <array>
#include <utility>

#include "services/delivery/connectors/oauth.h"
#include "services/delivery/connectors/request_rules.h"
#include "services/delivery/connectors/salesforce/salesforce.h"

namespace leadrelay::delivery::salesforce {
namespace {

// Answers do not say how long a token lives: as long as the org's session timeout, by default two
// hours.  One that ends sooner is renewed when Salesforce refuses it.
constexpr absl::Duration kUsualLife = absl::Hours(2);
constexpr absl::Duration kAssertionLife = absl::Minutes(3);

std::string Assertion(const Settings& settings, absl::Time now) {
  json::Writer claims;
  claims.StartObject()
      .Member("iss", settings.client_id)
      .Member("sub", settings.username)
      .Member("aud", settings.audience)
      .Member("exp", absl::ToUnixSeconds(now + kAssertionLife))
      .EndObject();
  return crypto::SignJwt(*settings.private_key, R"({"alg":"RS256"})", claims.Take());
}

// What an operator can do about a refusal, by the words in which Salesforce refuses.
std::string_view Advice(std::string_view description) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kAdvice = {{
      {"user hasn't approved this consumer",
       "pre-authorize the user's profile or permission set in the app"},
      {"audience is invalid",
       "set `audience`: https://test.salesforce.com for a sandbox, else "
       "https://login.salesforce.com"},
      {"expired authorization code", "see that this machine's clock is right"},
      {"expired access/refresh token",
       "authorize the app again: a sixth grant to one user revokes the first"},
      {"inactive user", "activate the integration user"},
  }};
  for (const auto& [words, advice] : kAdvice) {
    if (description.find(words) != std::string_view::npos) return advice;
  }
  return "";
}

}  // namespace

std::string Salesforce::InitialRefreshToken() const {
  return settings_.refresh_token;
}

std::optional<http::Request> Salesforce::TokenRequest(std::string_view refresh_token,
                                                      absl::Time now) const {
  std::vector<std::pair<std::string, std::string>> form;
  if (settings_.private_key.has_value()) {
    form = {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
            {"assertion", Assertion(settings_, now)}};
  } else if (!settings_.refresh_token.empty()) {
    form = {{"grant_type", "refresh_token"},
            {"client_id", settings_.client_id},
            {"client_secret", settings_.client_secret},
            {"refresh_token", std::string(refresh_token)}};
  } else {
    form = {{"grant_type", "client_credentials"},
            {"client_id", settings_.client_id},
            {"client_secret", settings_.client_secret}};
  }
  return FormTokenRequest(absl::StrCat(settings_.login_url, "/services/oauth2/token"), form);
}

absl::StatusOr<RefreshedToken> Salesforce::ParseToken(const http::Response& response) const {
  absl::StatusOr<RefreshedToken> token = ParseTokenAnswer(response, "Salesforce", kUsualLife);
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (absl::IsUnauthenticated(token.status())) {
    const std::string_view advice = Advice(body.Find("error_description").StringOr(""));
    if (advice.empty()) return token;
    return absl::UnauthenticatedError(
        absl::StrCat(token.status().message(), ": ", std::string(advice)));
  }
  if (!token.ok() || !settings_.base_url.empty()) return token;
  // The token goes to where this says: it has to be an address that the configuration would take.
  token->base_url = body.Find("instance_url").StringOr("");
  while (token->base_url.ends_with('/')) token->base_url.pop_back();
  if (token->base_url.empty() || FaultInUrl(token->base_url, settings_.allow_http).has_value()) {
    return absl::UnavailableError("Salesforce's token answer has no usable instance_url");
  }
  return token;
}

}  // namespace leadrelay::delivery::salesforce
