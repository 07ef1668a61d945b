#include "tests/sandbox/systems/freshsales/freshsales.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/abseil.h"
#include "tests/sandbox/systems/freshsales/account.h"
#include "tests/sandbox/systems/freshsales/answers.h"

namespace leadrelay::sandbox {
namespace {

using freshsales::Json;
using freshsales::Refused;
using freshsales::Selectors;

constexpr std::string_view kPrefix = "/freshsales/";
constexpr int64_t kPerMinute = 400;
constexpr int64_t kPerHour = 1000;

}  // namespace

Freshsales::Freshsales()
    : minute_("minute", kPerMinute, absl::Minutes(1)), hour_("hour", kPerHour, absl::Hours(1)) {}

bool Freshsales::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> Freshsales::WindowsFor(const http::Request& /*request*/) {
  return {&minute_, &hour_};
}

http::Response Freshsales::Refuse(const Window& /*window*/, absl::Time /*now*/) {
  return Refused(429, "You have exceeded the limit of requests per hour");
}

http::Response Freshsales::Handle(const http::Request& request, absl::Time now) {
  std::vector<std::string> path = absl::StrSplit(
      ToAbsl(http::PathOf(request.url).substr(kPrefix.size())), '/', absl::SkipEmpty());
  for (std::string& part : path) part = http::PercentDecode(part);
  if (path.size() < 4 || path[0] != "crm" || path[1] != "sales" || path[2] != "api") {
    return {404, {}, ""};
  }
  if (request.headers.Get("authorization") != absl::StrCat("Token token=", std::string(kKey))) {
    if (request.headers.Get("accept") != "application/json") {
      return {302, {{"Location", "https://example.myfreshworks.com/login"}}, ""};
    }
    return Json(401, R"({"login":"failed","message":null})");
  }
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!request.body.empty() && !body.ok()) return Refused(400, "Invalid JSON");
  RunBulks(now);
  return Answer(
      {request, {path.begin() + 3, path.end()}, body.ok() ? body->root() : json::Value(), now});
}

http::Response Freshsales::Answer(const Call& call) {
  if (call.Is("POST", "contacts", 2) && call.path[1] == "upsert") return Upsert(call);
  if (call.Is("POST", "sales_accounts", 2) && call.path[1] == "upsert") return UpsertAccount(call);
  if (call.Is("POST", "contacts", 2) && call.path[1] == "bulk_upsert") return QueueBulk(call);
  if (call.Is("GET", "job_statuses", 2)) return ReadBulk(call.path[1]);
  if (call.Is("POST", "deals", 1)) return CreateDeal(call);
  if (call.Is("POST", "notes", 1)) return CreateActivity(call, "notes");
  if (call.Is("POST", "tasks", 1)) return CreateActivity(call, "tasks");
  if (call.Is("GET", "selector", 2) && Selectors().contains(call.path[1])) {
    return Json(200, Selectors().at(call.path[1]));
  }
  if (call.Is("GET", "settings", 3)) return Json(200, std::string(freshsales::kFields));
  if (call.Is("GET", "lookup", 1)) return LookUp(call);
  if (call.Is("GET", "search", 1)) return Search(call);
  // Even an administrator's key: only views can be listed.
  if (call.Is("GET", "contacts", 1)) return Refused(403, "not authorized");
  if (call.Is("GET", "contacts", 3) && call.path[2] == "notes") return NotesOf(call.path[1]);
  const bool record =
      call.path.size() == 2 &&
      (call.path[0] == "contacts" || call.path[0] == "deals" || call.path[0] == "sales_accounts");
  return record ? Single(call, call.path[0]) : http::Response{404, {}, ""};
}

void Freshsales::SetLimit(std::string_view window, int64_t limit) {
  for (Window* each : {&minute_, &hour_}) {
    if (each->name() == window) each->set_limit(limit);
  }
}

void Freshsales::Reset() {
  store_.Clear();
  bulk_jobs_.clear();
  for (Window* window : {&minute_, &hour_}) window->Clear();
  minute_.set_limit(kPerMinute);
  hour_.set_limit(kPerHour);
}

void Freshsales::Report(json::Writer& writer) const {
  for (const char* type : {"contacts", "sales_accounts", "deals", "notes", "tasks"}) {
    writer.Member(type, static_cast<int64_t>(store_.All(type).size()));
  }
  writer.Member("accounts_of_contacts", store_.CountAccountsOfContacts());
  writer.Member("duplicates", store_.Duplicates());
  writer.Member("bulk_jobs", static_cast<int64_t>(bulk_jobs_.size()));
  writer.Key("windows").StartArray();
  for (const Window* window : {&minute_, &hour_}) ReportWindow(*window, writer);
  writer.EndArray();
}

void Freshsales::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const freshsales::Record& record : store_.All(std::string(type))) Write(record, writer);
  writer.EndArray();
}

std::unique_ptr<System> freshsales::Make() {
  return std::make_unique<Freshsales>();
}

}  // namespace leadrelay::sandbox
