// The token endpoint of the sandbox's Google: RFC 7523, for one service account.

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "common/crypto/rsa.h"
#include "tests/sandbox/systems/google-sheets/answers.h"
#include "tests/sandbox/systems/google-sheets/google_sheets.h"

namespace leadrelay::sandbox::google_sheets {
namespace {

std::optional<json::Document> Part(std::string_view encoded) {
  std::string text(encoded);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  while (text.size() % 4 != 0) text += '=';
  const std::optional<std::string> bytes = crypto::FromBase64(text);
  if (!bytes.has_value()) return std::nullopt;
  absl::StatusOr<json::Document> document = json::Document::Parse(*bytes);
  if (!document.ok()) return std::nullopt;
  return *std::move(document);
}

// Whether the account's key signed it: signatures of this kind are the same every time.
bool IsSigned(std::string_view assertion) {
  static const crypto::RsaKey key = *crypto::RsaKey::Parse(kPrivateKey);
  const size_t last = assertion.rfind('.');
  if (last == std::string_view::npos) return false;
  return crypto::Base64Url(key.Sign(assertion.substr(0, last))) == assertion.substr(last + 1);
}

}  // namespace

http::Response GoogleSheets::Token(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form;
  for (auto& [key, value] : http::ParseForm(request.body)) form[key] = value;
  if (form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    return Json(400, R"({"error":"unsupported_grant_type"})");
  }
  const std::string& assertion = form["assertion"];
  const size_t first = assertion.find('.');
  const size_t last = assertion.rfind('.');
  if (first == last || !IsSigned(assertion)) {
    return Json(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");
  }
  const std::optional<json::Document> parsed =
      Part(std::string_view(assertion).substr(first + 1, last - first - 1));
  const json::Value claims = parsed.has_value() ? parsed->root() : json::Value();
  const int64_t issued = claims.Find("iat").Int64Or(0);
  const int64_t expires = claims.Find("exp").Int64Or(0);
  const bool in_time = issued <= absl::ToUnixSeconds(now) + 60 &&
                       expires > absl::ToUnixSeconds(now) && expires - issued <= 3600;
  // Google's own clients mean Google's own endpoint wherever they are sent.
  const std::string audience = claims.Find("aud").StringOr("");
  const bool is_meant = audience == "https://oauth2.googleapis.com/token" ||
                        audience.ends_with("/google-sheets/token");
  if (claims.Find("iss").AsString() != kEmail || !in_time || !is_meant) {
    return Json(400,
                R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a )"
                R"(short-lived token (60 minutes) and in a reasonable timeframe."})");
  }
  if (claims.Find("scope").AsString() != "https://www.googleapis.com/auth/spreadsheets") {
    return Json(400, R"({"error":"invalid_scope"})");
  }
  const std::string token = absl::StrCat("ya29.sandbox", ++issued_);
  tokens_.insert(token);
  return Json(
      200,
      absl::StrCat(R"({"access_token":")", token, R"(","expires_in":3599,"token_type":"Bearer"})"));
}

}  // namespace leadrelay::sandbox::google_sheets
