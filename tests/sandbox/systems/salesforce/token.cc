// The token endpoint of the sandbox's Salesforce.

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "common/crypto/crypto.h"
#include "common/crypto/rsa.h"
#include "tests/sandbox/systems/salesforce/answers.h"
#include "tests/sandbox/systems/salesforce/salesforce.h"

namespace leadrelay::sandbox {
namespace {

std::string FromBase64Url(std::string text) {
  text = absl::StrReplaceAll(text, {{"-", "+"}, {"_", "/"}});
  while (text.size() % 4 != 0) text += '=';
  return crypto::FromBase64(text).value_or("");
}

http::Response RefusedToken(const std::string& error, const std::string& description) {
  json::Writer writer;
  writer.StartObject().Member("error", error).Member("error_description", description).EndObject();
  return salesforce::Json(400, writer);
}

}  // namespace

bool Salesforce::AssertionHolds(const std::string& assertion,
                                absl::Time now,
                                std::string& why) const {
  static const crypto::RsaKey key = *crypto::RsaKey::Parse(kPrivateKey);
  std::istringstream stream(assertion);
  std::string header;
  std::string claims_part;
  std::string signature;
  std::getline(stream, header, '.');
  std::getline(stream, claims_part, '.');
  std::getline(stream, signature);
  const absl::StatusOr<json::Document> claims = json::Document::Parse(FromBase64Url(claims_part));
  why = "invalid assertion";
  if (!claims.ok() || FromBase64Url(header) != R"({"alg":"RS256"})" ||
      !key.Verify(absl::StrCat(header, ".", claims_part), FromBase64Url(signature))) {
    return false;
  }
  const auto is = [&claims](const char* name, std::string_view value) {
    return claims->root().Find(name).AsString() == value;
  };
  why = "user hasn't approved this consumer";
  if (!is("iss", kClientId) || !is("sub", kUsername)) return false;
  why = "audience is invalid";
  if (!is("aud", "https://login.salesforce.com")) return false;
  why = "expired authorization code";
  const int64_t expires = claims->root().Find("exp").Int64Or(0);
  const int64_t seconds = absl::ToUnixSeconds(now);
  return expires > seconds && expires <= seconds + 300;
}

http::Response Salesforce::Token(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form;
  for (auto& [name, value] : http::ParseForm(request.body)) form[name] = value;
  const std::string& grant = form["grant_type"];
  if (grant == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    std::string why;
    if (!AssertionHolds(form["assertion"], now, why)) return RefusedToken("invalid_grant", why);
  } else if (grant != "refresh_token" && grant != "client_credentials") {
    return RefusedToken("unsupported_grant_type", "grant type not supported");
  } else if (form["client_id"] != kClientId) {
    return RefusedToken("invalid_client_id", "client identifier invalid");
  } else if (form["client_secret"] != kClientSecret) {
    return RefusedToken("invalid_client", "invalid client credentials");
  } else if (grant == "refresh_token" && form["refresh_token"] != kRefreshToken) {
    return RefusedToken("invalid_grant", "expired access/refresh token");
  }
  std::string token = absl::StrCat("00D5g000000sand!AQ", next_token_++);
  json::Writer writer;
  writer.StartObject()
      .Member("access_token", token)
      .Member("signature", "c2FuZGJveA==")
      .Member("scope", "api refresh_token")
      .Member("instance_url",
              absl::StrCat("http://", std::string(request.headers.Get("host")), "/salesforce"))
      .Member("id", "https://login.salesforce.com/id/00D5g000000sand/0055g000000sand")
      .Member("token_type", "Bearer")
      .Member("issued_at", absl::StrCat(absl::ToUnixMillis(now)))
      .EndObject();
  tokens_.insert(std::move(token));
  return salesforce::Json(200, writer);
}

}  // namespace leadrelay::sandbox
