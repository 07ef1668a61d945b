#include "tests/sandbox/systems/pipedrive/pipedrive.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"
#include "tests/sandbox/systems/pipedrive/replies.h"

namespace leadrelay::sandbox {
namespace {

using pipedrive_store::Error;
using pipedrive_store::Json;
using pipedrive_store::Record;
using pipedrive_store::Split;

constexpr std::string_view kPrefix = "/pipedrive";
constexpr absl::Duration kTokenLife = absl::Seconds(3599);
constexpr int64_t kBurst = 20;
constexpr int64_t kOauthBurst = 80;
constexpr int64_t kSearches = 10;
constexpr int64_t kTokensADay = 30'000;

std::string_view PathBelow(const http::Request& request) {
  return http::PathOf(request.url).substr(kPrefix.size());
}

bool IsSearch(std::string_view path) {
  return path.ends_with("/search");
}

// x-token-cost of the specs.
int CostOf(const std::string& method, const std::vector<std::string>& path) {
  if (path.size() < 3) return 1;
  const bool old = path[1] == "v1";
  if (path[2] == "users") return 2;
  if (path[2] == "stages") return 5;
  if (path.back() == "search") return 20;
  if (method == "GET") return path.size() > 3 ? (old ? 2 : 1) : (old ? 20 : 10);
  if (method == "DELETE") return old ? 6 : 3;
  return old ? 10 : 5;
}

}  // namespace

Pipedrive::Pipedrive()
    : burst_("burst", kBurst, absl::Seconds(2)),
      oauth_burst_("oauth burst", kOauthBurst, absl::Seconds(2)),
      search_("search", kSearches, absl::Seconds(2)),
      day_("day", kTokensADay, absl::Hours(24)) {}

bool Pipedrive::Owns(std::string_view path) const {
  return path.starts_with("/pipedrive/");
}

std::vector<Window*> Pipedrive::WindowsFor(const http::Request& request) {
  const std::string_view path = PathBelow(request);
  if (path.starts_with("/oauth/")) return {};
  const bool oauth = request.headers.Find("authorization") != nullptr;
  std::vector<Window*> windows = {oauth ? &oauth_burst_ : &burst_};
  if (IsSearch(path)) windows.push_back(&search_);
  windows.insert(windows.end(), CostOf(request.method, Split(path)), &day_);
  return windows;
}

http::Response Pipedrive::Refuse(const Window& window, absl::Time /*now*/) {
  http::Response response = Error(429, "request over limit");
  const bool day = &window == &day_;
  response.headers.Add("x-ratelimit-limit", absl::StrCat(day ? kBurst : window.limit()));
  response.headers.Add("x-ratelimit-remaining", day ? "7" : "0");
  response.headers.Add("x-ratelimit-reset", "2");
  return response;
}

http::Response Pipedrive::Handle(const http::Request& request, absl::Time now) {
  const std::string_view path = PathBelow(request);
  if (path == "/oauth/token") return Token(request, now);
  if (std::optional<http::Response> refused = Refused(request, now)) return *std::move(refused);
  http::Response response = Answer(request, Split(path), now);
  const bool oauth = request.headers.Find("authorization") != nullptr;
  Window& window = IsSearch(path) ? search_ : oauth ? oauth_burst_ : burst_;
  response.headers.Add("x-ratelimit-limit", absl::StrCat(window.limit()));
  response.headers.Add("x-ratelimit-remaining", absl::StrCat(window.Remaining(now)));
  response.headers.Add("x-ratelimit-reset", "2");
  return response;
}

http::Response Pipedrive::Token(const http::Request& request, absl::Time now) {
  const std::string client = absl::StrCat(
      "Basic ",
      crypto::Base64(absl::StrCat(std::string(kClientId), ":", std::string(kClientSecret))));
  if (request.headers.Get("authorization") != client) return Error(400, "Invalid client");
  const http::Fields form = http::ParseForm(request.body);
  const bool valid =
      std::ranges::find(form,
                        std::pair<std::string, std::string>("refresh_token", kRefreshToken)) !=
          form.end() &&
      std::ranges::find(form, std::pair<std::string, std::string>("grant_type", "refresh_token")) !=
          form.end();
  if (!valid) return Error(400, "Invalid grant: refresh_token is invalid");
  const std::string token = absl::StrCat("v1u:sandbox-", ++issued_);
  tokens_[token] = now + kTokenLife;
  json::Writer writer;
  writer.StartObject()
      .Member("access_token", token)
      .Member("token_type", "Bearer")
      .Member("expires_in", absl::ToInt64Seconds(kTokenLife))
      .Member("refresh_token", kRefreshToken)
      .Member("scope", "base contacts:full deals:full leads:full activities:full search:read")
      .Member(
          "api_domain",
          absl::StrCat("http://", std::string(request.headers.Get("host")), std::string(kPrefix)))
      .EndObject();
  return Json(200, writer.Take());
}

std::optional<http::Response> Pipedrive::Refused(const http::Request& request,
                                                 absl::Time now) const {
  const std::string_view api_token = request.headers.Get("x-api-token");
  if (api_token == kToken) return std::nullopt;
  if (api_token == kTokenOfAReader) {
    if (request.method == "GET") return std::nullopt;
    return Error(403, "You do not have permissions to do this");
  }
  std::string_view bearer = request.headers.Get("authorization");
  if (bearer.starts_with("Bearer ")) bearer.remove_prefix(7);
  const auto token = tokens_.find(std::string(bearer));
  if (token != tokens_.end() && token->second > now) return std::nullopt;
  return Error(401, "unauthorized access");
}

void Pipedrive::ExpireTokens() {
  for (auto& [token, expiry] : tokens_) expiry = absl::InfinitePast();
}

void Pipedrive::SetLimit(std::string_view window, int64_t limit) {
  for (Window* each : {&burst_, &oauth_burst_, &search_, &day_}) {
    if (each->name() == window) each->set_limit(limit);
  }
}

void Pipedrive::Reset() {
  store_.Clear();
  tokens_.clear();
  for (Window* window : {&burst_, &oauth_burst_, &search_, &day_}) window->Clear();
  burst_.set_limit(kBurst);
  oauth_burst_.set_limit(kOauthBurst);
  search_.set_limit(kSearches);
  day_.set_limit(kTokensADay);
}

void Pipedrive::Report(json::Writer& writer) const {
  for (const char* collection :
       {"persons", "organizations", "deals", "leads", "notes", "activities"}) {
    writer.Member(collection, static_cast<int64_t>(store_.All(collection).size()));
  }
  writer.Member("duplicates", store_.Duplicates());
  writer.Key("windows").StartArray();
  for (const Window* window : {&burst_, &oauth_burst_, &search_, &day_}) {
    ReportWindow(*window, writer);
  }
  writer.EndArray();
}

void Pipedrive::Records(std::string_view type, json::Writer& writer) const {
  const std::string collection(type);
  writer.StartArray();
  for (const Record& record : store_.All(collection)) Write(collection, record, writer);
  writer.EndArray();
}

std::unique_ptr<System> pipedrive::Make() {
  return std::make_unique<Pipedrive>();
}

}  // namespace leadrelay::sandbox
