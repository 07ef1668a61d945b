#include "tests/sandbox/systems/hubspot/hubspot.h"

#include "absl/strings/str_cat.h"

#include "common/text/clean.h"
#include "tests/sandbox/systems/hubspot/answers.h"
#include "tests/sandbox/systems/hubspot/schema.h"

namespace leadrelay::sandbox {
namespace {

using hubspot::Fault;
using hubspot::TypeName;

constexpr int64_t kPerTenSeconds = 100;
constexpr int64_t kPerDay = 250'000;
constexpr int64_t kSearchesPerSecond = 5;

}  // namespace

HubSpot::HubSpot()
    : ten_seconds_("TEN_SECONDLY_ROLLING", kPerTenSeconds, absl::Seconds(10)),
      day_("DAILY", kPerDay, absl::Hours(24)),
      search_("SECONDLY", kSearchesPerSecond, absl::Seconds(1)) {}

bool HubSpot::Owns(std::string_view path) const {
  return path.starts_with("/crm/") || path.starts_with("/oauth/") ||
         path.starts_with("/account-info/");
}

std::vector<Window*> HubSpot::WindowsFor(const http::Request& request) {
  const std::string_view path = http::PathOf(request.url);
  if (path.starts_with("/oauth/")) return {};
  if (path.ends_with("/search")) return {&search_, &day_};
  return {&ten_seconds_, &day_};
}

http::Response HubSpot::Refuse(const Window& window, absl::Time now) {
  json::Writer writer;
  writer.StartObject()
      .Member("status", "error")
      .Member("message",
              absl::StrCat("You have reached your ", text::LowerAscii(window.name()), " limit."))
      .Member("errorType", "RATE_LIMIT")
      .Member("correlationId", NextCorrelationId())
      .Member("policyName", window.name())
      .Member("requestId", NextCorrelationId())
      .EndObject();
  http::Response response = hubspot::Json(429, writer);
  AddQuota(response, now);
  return response;
}

http::Response HubSpot::Handle(const http::Request& request, absl::Time now) {
  const Path path = hubspot::PathOf(request);
  if (path.size() >= 3 && path[0] == "oauth" && path.back() == "token") return Token(request, now);
  if (const std::optional<Fault> fault = FaultOfCredential(request, now)) return Refused(*fault);
  http::Response response = Answer(request, path, now);
  AddQuota(response, now);
  return response;
}

http::Response HubSpot::Answer(const http::Request& request, const Path& path, absl::Time now) {
  if (path.size() == 3 && path[0] == "account-info") return hubspot::Account();
  if (path.size() < 4 || path[0] != "crm") return Refused(hubspot::NotFound());
  const std::string& api = path[1];
  if (api == "properties") return hubspot::Properties(TypeName(path[3]));
  if (api == "pipelines" && TypeName(path[3]) == "deals") return hubspot::Pipelines();
  if (api == "objects") return Objects(request, {path.begin() + 3, path.end()}, now);
  if (api == "associations" && path.size() == 7 && path[5] == "batch") {
    return Associations(request, path);
  }
  return Refused(hubspot::NotFound());
}

http::Response HubSpot::Refused(const Fault& fault) const {
  return hubspot::Error(fault, CorrelationId());
}

void HubSpot::AddQuota(http::Response& response, absl::Time now) {
  response.headers.Add("X-HubSpot-RateLimit-Max", absl::StrCat(ten_seconds_.limit()));
  response.headers.Add("X-HubSpot-RateLimit-Remaining", absl::StrCat(ten_seconds_.Remaining(now)));
  response.headers.Add("X-HubSpot-RateLimit-Interval-Milliseconds", "10000");
  response.headers.Add("X-HubSpot-RateLimit-Daily", absl::StrCat(day_.limit()));
  response.headers.Add("X-HubSpot-RateLimit-Daily-Remaining", absl::StrCat(day_.Remaining(now)));
}

std::string HubSpot::CorrelationId() const {
  return absl::StrCat("5a0d0000-0000-4000-8000-", 100'000'000'000 + correlation_);
}

std::string HubSpot::NextCorrelationId() {
  ++correlation_;
  return CorrelationId();
}

Window* HubSpot::FindWindow(std::string_view name) {
  for (Window* each : {&ten_seconds_, &day_, &search_}) {
    if (each->name() == name) return each;
  }
  return nullptr;
}

void HubSpot::Reset() {
  store_.Clear();
  tokens_.clear();
  for (Window* window : {&ten_seconds_, &day_, &search_}) window->Clear();
  ten_seconds_.set_limit(kPerTenSeconds);
  day_.set_limit(kPerDay);
  search_.set_limit(kSearchesPerSecond);
}

void HubSpot::Report(json::Writer& writer) const {
  for (const char* type : {"contacts", "companies", "deals", "notes", "tasks"}) {
    writer.Member(type, static_cast<int64_t>(store_.All(type).size()));
  }
  writer.Member("contacts_of_companies", store_.CountLinks("contacts", "companies"));
  writer.Member("deals_of_companies", store_.CountLinks("deals", "companies"));
  writer.Member("duplicates", store_.Duplicates());
  writer.Key("windows").StartArray();
  for (const Window* window : {&ten_seconds_, &day_, &search_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void HubSpot::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const hubspot::Record& record : store_.All(std::string(type))) {
    if (!record.archived) Write(record, writer);
  }
  writer.EndArray();
}

std::unique_ptr<System> hubspot::Make() {
  return std::make_unique<HubSpot>();
}

}  // namespace leadrelay::sandbox
