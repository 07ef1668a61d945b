#include "services/delivery/connectors/oauth.h"

#include <algorithm>

#include "absl/strings/numbers.h"

namespace leadrelay::delivery {
namespace {

// "invalid_grant", "BAD_REFRESH_TOKEN": a code, or nothing; descriptions may quote what we sent.
std::string ErrorCode(const json::Value& body) {
  for (const char* member : {"error", "status"}) {
    std::string text = body.Find(member).StringOr("");
    const bool is_code =
        !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_';
        });
    if (is_code && text != "error") return text;
  }
  return "";
}

absl::Duration LifeOf(const json::Value& expires_in, absl::Duration usual) {
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(expires_in.AsText().value_or(""), &seconds) || seconds <= 0) return usual;
  return absl::Seconds(seconds);
}

}  // namespace

http::Request FormTokenRequest(std::string url,
                               const std::vector<std::pair<std::string, std::string>>& fields) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.Add("content-type", "application/x-www-form-urlencoded");
  request.body = http::EncodeForm(fields);
  return request;
}

absl::StatusOr<RefreshedToken> ParseTokenAnswer(const http::Response& response,
                                                std::string_view crm,
                                                absl::Duration usual_life) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(response.body);
  const json::Value body = document.ok() ? document->root() : json::Value();
  const int status = response.status;
  const std::string code = ErrorCode(body);
  const std::string name(crm);
  if (status == 200) {
    RefreshedToken token;
    token.access_token = body.Find("access_token").StringOr("");
    token.refresh_token = body.Find("refresh_token").StringOr("");
    token.expires_in = LifeOf(body.Find("expires_in"), usual_life);
    if (!token.access_token.empty()) return token;
    // Zoho refuses with 200 and an error.
    if (!code.empty()) {
      return absl::UnauthenticatedError(
          absl::StrCat(name, " refuses to renew the access token: ", code));
    }
    return absl::UnavailableError(absl::StrCat(name, "'s token answer has no access_token"));
  }
  if (status == 408 || status == 429 || status >= 500 || status < 400) {
    return absl::UnavailableError(absl::StrCat(name, "'s token endpoint answers HTTP ", status));
  }
  return absl::UnauthenticatedError(absl::StrCat(
      name, " refuses to renew the access token: HTTP ", status, code.empty() ? "" : " ", code));
}

}  // namespace leadrelay::delivery
