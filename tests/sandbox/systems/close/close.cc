#include "tests/sandbox/systems/close/close.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

#include "common/crypto/crypto.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kRoot = "/close/";
constexpr std::string_view kApi = "/close/api/v1/";
constexpr std::string_view kTokenPath = "/close/oauth2/token/";
constexpr absl::Duration kTokenLife = absl::Hours(1);
constexpr int64_t kRequestsPerSecond = 20;  // The example of the docs, for a key.

http::Response Json(int status, std::string body) {
  return http::Response{status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response Error(int status, std::string_view message) {
  json::Writer writer;
  writer.StartObject().Key("error").String(message).EndObject();
  return Json(status, writer.Take());
}

// "/close/api/v1/data/search/" -> "data"
std::string GroupOf(std::string_view path) {
  if (!path.starts_with(kApi)) return "";
  const std::string_view rest = path.substr(kApi.size());
  return std::string(rest.substr(0, rest.find('/')));
}

void AddQuota(http::Response& response, int64_t limit, int64_t remaining) {
  response.headers.Add("RateLimit",
                       absl::StrCat("limit=", limit, ", remaining=", remaining, ", reset=1"));
}

}  // namespace

Close::Close() {
  for (const char* group :
       {"data", "lead", "contact", "opportunity", "activity", "task", "status"}) {
    windows_.emplace_back(group, kRequestsPerSecond, absl::Seconds(1));
  }
}

bool Close::Owns(std::string_view path) const {
  return path.starts_with(kRoot);
}

std::vector<Window*> Close::WindowsFor(const http::Request& request) {
  const std::string group = GroupOf(http::PathOf(request.url));
  const auto window = std::ranges::find(windows_, group, &Window::name);
  if (window == windows_.end()) return {};
  return {&*window};
}

http::Response Close::Refuse(const Window& window, absl::Time /*now*/) {
  http::Response response = Error(429, "Rate limit exceeded");
  AddQuota(response, window.limit(), 0);
  response.headers.Add("Retry-After", "1");
  return response;
}

int Close::Authenticate(const http::Request& request, absl::Time now) const {
  const std::string credential(request.headers.Get("authorization"));
  const auto basic = [](std::string_view key) {
    return absl::StrCat("Basic ", crypto::Base64(absl::StrCat(std::string(key), ":")));
  };
  if (credential == basic(kApiKey)) return 0;
  if (credential == basic(kKeyWithoutRights)) return 403;
  const bool bearer = credential.starts_with("Bearer ");
  const auto issued = bearer ? tokens_.find(credential.substr(7)) : tokens_.end();
  return issued != tokens_.end() && now < issued->second ? 0 : 401;
}

http::Response Close::Handle(const http::Request& request, absl::Time now) {
  const std::string_view path = http::PathOf(request.url);
  if (path == kTokenPath) return Token(request, now);
  if (!path.starts_with(kApi) || !path.ends_with('/')) return Error(404, "Not found");
  const int refused = Authenticate(request, now);
  if (refused == 401) return Error(401, "Unauthorized");
  if (refused != 0) return Error(refused, "You do not have permission to perform this action.");

  std::string_view rest = path.substr(kApi.size());
  rest.remove_suffix(rest.empty() ? 0 : 1);
  http::Response response = Api(request, rest, now);
  for (Window* window : WindowsFor(request)) {
    AddQuota(response, window->limit(), window->Remaining(now));
  }
  return response;
}

// The refresh token changes with each refresh, and the old one is revoked.
http::Response Close::Token(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form;
  for (auto& [key, value] : http::ParseForm(request.body)) form[key] = value;
  if (form["grant_type"] != "refresh_token" || form["client_id"] != kClientId ||
      form["client_secret"] != kClientSecret || form["refresh_token"] != refresh_token_) {
    return Error(400, "invalid_grant");
  }
  ++refreshes_;
  refresh_token_ = absl::StrCat(std::string(kRefreshToken), "-", refreshes_);
  const std::string token = absl::StrCat("sandbox-access-", refreshes_);
  tokens_[token] = now + kTokenLife;
  json::Writer writer;
  writer.StartObject()
      .Member("token_type", "Bearer")
      .Member("access_token", token)
      .Member("expires_in", absl::ToInt64Seconds(kTokenLife))
      .Member("refresh_token", refresh_token_)
      .Member("scope", "all.full_access offline_access")
      .Member("organization_id", "orga_sandbox")
      .Member("user_id", "user_sandbox")
      .EndObject();
  return Json(200, writer.Take());
}

void Close::ExpireTokens() {
  for (auto& [token, expiry] : tokens_) expiry = absl::InfinitePast();
}

void Close::SetLimit(std::string_view window, int64_t limit) {
  for (Window& each : windows_) {
    if (window.empty() || each.name() == window) each.set_limit(limit);
  }
}

void Close::Reset() {
  store_.Clear();
  tokens_.clear();
  refresh_token_ = kRefreshToken;
  refreshes_ = 0;
  for (Window& window : windows_) {
    window.Clear();
    window.set_limit(kRequestsPerSecond);
  }
}

// What ought to be one record: contacts of one address (of one number when they have none), and
// what hangs on one lead and says the same.  A lead without a contact is a double of one with.
int64_t Close::Duplicates() const {
  std::set<std::string> seen;
  std::set<std::string> inhabited;
  int64_t duplicates = 0;
  const auto count = [&](const std::string& identity) {
    if (!seen.insert(identity).second) ++duplicates;
  };
  for (const close::Record& contact : store_.All("contact")) {
    inhabited.insert(contact.Text("lead_id"));
    for (const char* list : {"emails", "phones"}) {
      const auto own = contact.members.find(list);
      if (own == contact.members.end() || own->second == "[]") continue;
      count(absl::StrCat("contact|", own->second));
      break;
    }
  }
  for (const close::Record& lead : store_.All("lead")) {
    if (!inhabited.contains(lead.id)) ++duplicates;
  }
  for (const char* type : {"opportunity", "note", "task"}) {
    for (const close::Record& record : store_.All(type)) {
      count(absl::StrCat(type,
                         "|",
                         record.Text("lead_id"),
                         "|",
                         record.Text("contact_id"),
                         "|",
                         record.Text("note"),
                         record.Text("text")));
    }
  }
  return duplicates;
}

void Close::Report(json::Writer& writer) const {
  for (const char* type : {"lead", "contact", "opportunity", "note", "task"}) {
    writer.Member(type, static_cast<int64_t>(store_.All(type).size()));
  }
  writer.Member("duplicates", Duplicates());
  writer.Member("refreshes", refreshes_);
  writer.Key("windows").StartArray();
  int64_t refused = 0;
  for (const Window& window : windows_) {
    ReportWindow(window, writer);
    refused += window.refused();
  }
  writer.EndArray();
  writer.Member("refused", refused);
}

void Close::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const close::Record& record : store_.All(type)) {
    writer.StartObject();
    record.Write(writer);
    writer.EndObject();
  }
  writer.EndArray();
}

std::unique_ptr<System> close::Make() {
  return std::make_unique<Close>();
}

}  // namespace leadrelay::sandbox
