// Who may call the sandbox's HubSpot: its token endpoint, and what it takes for a credential.

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/hubspot/answers.h"
#include "tests/sandbox/systems/hubspot/hubspot.h"

namespace leadrelay::sandbox {
namespace {

using hubspot::Fault;

constexpr absl::Duration kTokenLife = absl::Minutes(30);

}  // namespace

http::Response HubSpot::Token(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form;
  for (auto& [key, value] : http::ParseForm(request.body)) form[key] = value;
  json::Writer writer;
  if (form["grant_type"] != "refresh_token" || form["client_id"] != kClientId ||
      form["client_secret"] != kClientSecret || form["refresh_token"] != kRefreshToken) {
    writer.StartObject()
        .Member("status", "BAD_REFRESH_TOKEN")
        .Member("message", "missing or unknown refresh token")
        .Member("correlationId", NextCorrelationId())
        .EndObject();
    return hubspot::Json(400, writer);
  }
  const std::string token = absl::StrCat("CSandboxAccess", tokens_.size() + 1);
  tokens_[token] = now + kTokenLife;
  writer.StartObject()
      .Member("access_token", token)
      .Member("refresh_token", kRefreshToken)
      .Member("expires_in", absl::ToInt64Seconds(kTokenLife))
      .Member("token_type", "bearer")
      .Member("hub_id", 4242)
      .EndObject();
  return hubspot::Json(200, writer);
}

std::optional<Fault> HubSpot::FaultOfCredential(const http::Request& request,
                                                absl::Time now) const {
  const std::string authorization(request.headers.Get("authorization"));
  const std::string token = authorization.starts_with("Bearer ") ? authorization.substr(7) : "";
  if (token == kToken) return std::nullopt;
  if (token == kTokenWithoutScopes) {
    return Fault{403,
                 "MISSING_SCOPES",
                 "This app hasn't been granted all required scopes to make this call.",
                 "REQUIRED_SCOPES",
                 "crm.objects.contacts.write"};
  }
  const auto issued = tokens_.find(token);
  if (issued == tokens_.end()) {
    return Fault{401,
                 "INVALID_AUTHENTICATION",
                 "Authentication credentials not found. This API supports OAuth 2.0 "
                 "authentication and you can find more details at "
                 "https://developers.hubspot.com/docs/methods/auth/oauth-overview"};
  }
  if (issued->second > now) return std::nullopt;
  return Fault{401,
               "EXPIRED_AUTHENTICATION",
               absl::StrCat("The OAuth token used to make this call expired ",
                            absl::ToInt64Seconds(now - issued->second),
                            " second(s) ago.")};
}

void HubSpot::ExpireTokens() {
  for (auto& [token, expiry] : tokens_) expiry = absl::InfinitePast();
}

}  // namespace leadrelay::sandbox
