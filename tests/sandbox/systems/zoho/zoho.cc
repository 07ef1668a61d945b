#include "tests/sandbox/systems/zoho/zoho.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/zoho/answers.h"

namespace leadrelay::sandbox::zoho {
namespace {

constexpr std::string_view kPrefix = "/zoho/";
constexpr size_t kRecordsPerCredit = 10;
constexpr int64_t kCreditsPerDay = 5'000;
constexpr size_t kLiveTokens = 15;
constexpr absl::Duration kTokenLife = absl::Hours(1);

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(path)};
  for (std::string part; std::getline(stream, part, '/');) {
    if (!part.empty()) parts.push_back(http::PercentDecode(part));
  }
  return parts;
}

// "leads" and "Leads" are the same to a test.
std::string ModuleOf(std::string_view type) {
  std::string module(type);
  if (!module.empty()) module[0] = static_cast<char>(std::toupper(module[0]));
  return module;
}

}  // namespace

Zoho::Zoho()
    : token_window_("TOKENS", 10, absl::Minutes(10)),
      credits_("CREDITS", kCreditsPerDay, absl::Hours(24)) {}

bool Zoho::Owns(std::string_view path) const {
  return path.substr(0, kPrefix.size()) == kPrefix;
}

std::vector<Window*> Zoho::WindowsFor(const http::Request& request) {
  const std::vector<std::string> path = Split(http::PathOf(request.url));
  if (path.size() < 2 || path[1] == "oauth") return {};
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  const size_t records = body.ok() ? body->root().Find("data").size() : 0;
  const size_t cost = std::max<size_t>(1, (records + kRecordsPerCredit - 1) / kRecordsPerCredit);
  return std::vector<Window*>(cost, &credits_);
}

http::Response Zoho::Refuse(const Window& /*window*/, absl::Time now) {
  http::Response response = Error(429, "TOO_MANY_REQUESTS");
  AddCredits(response, now);
  return response;
}

void Zoho::AddCredits(http::Response& response, absl::Time now) {
  const int64_t left = credits_.Remaining(now);
  if (left * 2 > credits_.limit()) return;
  response.headers.Add("X-API-CREDITS-REMAINING", absl::StrCat(left));
}

http::Response Zoho::Handle(const http::Request& request, absl::Time now) {
  std::vector<std::string> path = Split(http::PathOf(request.url));
  if (path.size() == 4 && path[1] == "oauth") return GiveToken(request, now);
  if (path.size() < 4 || path[1] != "crm" || path[2] != "v8") {
    return Error(404, "INVALID_URL_PATTERN");
  }
  if (!IsAuthorized(request, now)) return Error(401, "INVALID_TOKEN");
  path.erase(path.begin(), path.begin() + 3);
  http::Response response = Answer(request, path, now);
  AddCredits(response, now);
  return response;
}

http::Response Zoho::GiveToken(const http::Request& request, absl::Time now) {
  std::map<std::string, std::string> form = FormOf(request);
  if (form["client_id"] != kClientId || form["client_secret"] != kClientSecret) {
    return Json(200, R"({"error":"invalid_client"})");
  }
  if (form["grant_type"] != "refresh_token" || form["refresh_token"] != kRefreshToken) {
    return Json(200, R"({"error":"invalid_code"})");
  }
  if (!token_window_.Admit(now)) return Json(400, R"({"error":"Access Denied"})");
  tokens_.push_back({absl::StrCat("1000.sandbox.", ++issued_), now + kTokenLife});
  if (tokens_.size() > kLiveTokens) tokens_.pop_front();
  json::Writer writer;
  writer.StartObject()
      .Member("access_token", tokens_.back().text)
      .Member("scope", "ZohoCRM.modules.ALL ZohoCRM.coql.READ")
      .Member("api_domain", "https://www.zohoapis.eu")
      .Member("token_type", "Bearer")
      .Member("expires_in", absl::ToInt64Seconds(kTokenLife))
      .EndObject();
  return Json(200, writer.Take());
}

bool Zoho::IsAuthorized(const http::Request& request, absl::Time now) const {
  const std::string_view header = request.headers.Get("authorization");
  return std::ranges::any_of(tokens_, [&](const Token& token) {
    return header == "Zoho-oauthtoken " + token.text && token.expires_at > now;
  });
}

http::Response Zoho::Answer(const http::Request& request,
                            const std::vector<std::string>& path,
                            absl::Time now) {
  if (path[0] == "org") {
    return Json(200, R"({"org":[{"company_name":"Sandbox","id":"4242","currency":"Euro"}]})");
  }
  if (path[0] == "users") {
    return Json(200, R"({"users":[{"id":"4242001","email":"sandbox@example.com"}]})");
  }
  if (path[0] == "coql" && request.method == "POST") return Select(request);
  if (path[0] == "settings" && path.size() == 2 && path[1] == "fields") {
    return Fields(Parameter(request, "module"));
  }
  if (!store_.HasModule(path[0])) {
    return Error(400, "INVALID_MODULE", R"({"resource_path_index":0})");
  }
  return Records(request, path, now);
}

http::Response Zoho::Fields(const std::string& module) const {
  if (!store_.HasModule(module)) return Error(400, "INVALID_MODULE");
  json::Writer writer;
  writer.StartObject().Key("fields").StartArray();
  for (const Field& field : store_.Fields(module)) {
    writer.StartObject().Member("api_name", field.name).Member("field_label", field.name);
    writer.Member("data_type", field.type).Member("system_mandatory", field.mandatory);
    writer.Member("read_only", false).Key("unique").StartObject();
    if (field.unique) writer.Member("casesensitive", false);
    writer.EndObject().Key("pick_list_values").StartArray();
    for (const std::string& value : field.values) {
      writer.StartObject().Member("display_value", value).Member("actual_value", value).EndObject();
    }
    writer.EndArray().EndObject();
  }
  writer.EndArray().EndObject();
  return Json(200, writer.Take());
}

void Zoho::ExpireTokens() {
  for (Token& token : tokens_) token.expires_at = absl::InfinitePast();
}

Window* Zoho::FindWindow(std::string_view name) {
  for (Window* each : {&token_window_, &credits_}) {
    if (each->name() == name) return each;
  }
  return nullptr;
}

void Zoho::Reset() {
  store_.Clear();
  tokens_.clear();
  token_window_.Clear();
  credits_.Clear();
  credits_.set_limit(kCreditsPerDay);
}

void Zoho::Report(json::Writer& writer) const {
  for (const char* type : {"leads", "contacts", "accounts", "deals", "notes", "tasks"}) {
    writer.Member(type, static_cast<int64_t>(store_.All(ModuleOf(type)).size()));
  }
  writer.Member("duplicates", store_.Duplicates());
  writer.Key("windows").StartArray();
  for (const Window* window : {&credits_, &token_window_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void Zoho::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const Record& record : store_.All(ModuleOf(type))) writer.Raw(ToJson(record, {}));
  writer.EndArray();
}

std::unique_ptr<System> Make() {
  return std::make_unique<Zoho>();
}

}  // namespace leadrelay::sandbox::zoho
