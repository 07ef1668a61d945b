// OAuth of the Zoho connector.
// Facts: docs "Refreshing access tokens" and "Token validity": an hour's life, ten new tokens in
// ten minutes, no new refresh token.  Whether a refusal comes with status 200 or 400 is not
// documented, so the body decides (the vendor's SDK does the same).

#include "services/delivery/connectors/oauth.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

#include "services/delivery/connectors/request_rules.h"
#include "services/delivery/connectors/zoho/zoho.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr absl::Duration kUsualLife = absl::Hours(1);

// "Access Denied", "access_denied": too many tokens in ten minutes.
bool IsThrottle(const json::Value& body) {
  const std::string error = absl::AsciiStrToLower(body.Find("error").StringOr(""));
  return error == "access denied" || error == "access_denied";
}

// `expires_in` is seconds, except when there is `expires_in_sec` as well: then it is milliseconds.
void CorrectLife(const json::Value& body, RefreshedToken& token) {
  int64_t seconds = 0;
  if (absl::SimpleAtoi(body.Find("expires_in_sec").AsText().value_or(""), &seconds) &&
      seconds > 0) {
    token.expires_in = absl::Seconds(seconds);
  }
}

// Where the account lives.  What is no address that we would take in the settings is not taken.
std::string ApiDomain(const json::Value& body) {
  std::string domain = body.Find("api_domain").StringOr("");
  while (domain.ends_with('/')) domain.pop_back();
  const bool usable = !domain.empty() && !FaultInUrl(domain, false).has_value() &&
                      domain.find('?') == std::string::npos;
  return usable ? domain : "";
}

}  // namespace

std::string Zoho::InitialRefreshToken() const {
  return settings_.refresh_token;
}

std::optional<http::Request> Zoho::TokenRequest(std::string_view refresh_token,
                                                absl::Time /*now*/) const {
  return FormTokenRequest(settings_.accounts_url + "/oauth/v2/token",
                          {{"grant_type", "refresh_token"},
                           {"client_id", settings_.client_id},
                           {"client_secret", settings_.client_secret},
                           {"refresh_token", std::string(refresh_token)}});
}

absl::StatusOr<RefreshedToken> Zoho::ParseToken(const http::Response& response) const {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  if (IsThrottle(body)) {
    return absl::ResourceExhaustedError(
        "Zoho gives no more access tokens for now: ten in ten minutes are what it allows");
  }
  absl::StatusOr<RefreshedToken> token = ParseTokenAnswer(response, "Zoho", kUsualLife);
  if (!token.ok()) return token;
  CorrectLife(body, *token);
  token->base_url = ApiDomain(body);
  return token;
}

}  // namespace leadrelay::delivery::zoho
