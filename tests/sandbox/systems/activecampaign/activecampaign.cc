#include "tests/sandbox/systems/activecampaign/activecampaign.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/abseil.h"
#include "tests/sandbox/systems/activecampaign/answers.h"

namespace leadrelay::sandbox {
namespace {

using activecampaign::Json;
using activecampaign::Message;

constexpr std::string_view kPrefix = "/activecampaign/";
constexpr int64_t kPerSecond = 5;

std::string Stamp(absl::Time now) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S-05:00", now, absl::FixedTimeZone(-5 * 60 * 60));
}

}  // namespace

ActiveCampaign::ActiveCampaign() : second_("1s", kPerSecond, absl::Seconds(1)) {}

bool ActiveCampaign::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> ActiveCampaign::WindowsFor(const http::Request& /*request*/) {
  return {&second_};
}

http::Response ActiveCampaign::Refuse(const Window& window, absl::Time /*now*/) {
  http::Response response{429, {{"Content-Type", "text/plain"}}, "Rate limit exceeded."};
  response.headers.Add("Retry-After", "1");
  response.headers.Add("RateLimit-Limit", absl::StrCat(window.limit()));
  response.headers.Add("RateLimit-Remaining", "0");
  return response;
}

http::Response ActiveCampaign::Handle(const http::Request& request, absl::Time now) {
  std::vector<std::string> path = absl::StrSplit(
      ToAbsl(http::PathOf(request.url).substr(kPrefix.size())), '/', absl::SkipEmpty());
  for (std::string& part : path) part = http::PercentDecode(part);
  if (path.size() < 3 || path[0] != "api" || path[1] != "3") {
    return {404, {{"Content-Type", "text/html"}}, "<html><title>Not found</title></html>"};
  }
  if (request.headers.Get("api-token") != kToken) return Message(403, "Forbidden");
  const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!request.body.empty() && !body.ok()) return Message(400, "The request is no JSON.");
  const Call call{request,
                  {path.begin() + 2, path.end()},
                  body.ok() ? body->root() : json::Value(),
                  now,
                  Stamp(now)};
  RunImports(call);
  http::Response response = Answer(call);
  response.headers.Add("RateLimit-Limit", absl::StrCat(second_.limit()));
  response.headers.Add("RateLimit-Remaining", absl::StrCat(second_.Remaining(now)));
  return response;
}

http::Response ActiveCampaign::Answer(const Call& call) {
  if (call.Is("POST", "contact", 2) && call.path[1] == "sync") return Sync(call);
  if (call.Is("POST", "contactLists", 1)) return Subscribe(call);
  if (call.Is("POST", "contactTags", 1)) return Tag(call);
  if (call.Is("POST", "deals", 1)) return CreateDeal(call);
  if (call.Is("POST", "notes", 1)) return CreateNote(call);
  if (call.Is("POST", "dealTasks", 1)) return CreateTask(call);
  if (call.Is("GET", "contacts", 3)) return OfContact(call);
  if (call.path.size() == 2 && call.path[0] == "contacts") {
    return Single(call, "contacts", "contact");
  }
  if (call.path.size() == 2 && call.path[0] == "deals") return Single(call, "deals", "deal");
  if (call.Is("GET", "users", 2)) {
    return Json(200, R"({"user":{"id":"1","username":"ada","email":"ada@example.com"}})");
  }
  if (call.Is("POST", "import", 2) && call.path[1] == "bulk_import") return QueueImport(call);
  if (call.Is("GET", "import", 2) && call.path[1] == "info") {
    return ImportInfo(call, call.Parameter("batchId"));
  }
  if (call.Is("GET", "lists", 2) && activecampaign::IsList(call.path[1])) {
    return Json(200, absl::StrCat(R"({"list":{"id":")", call.path[1], R"(","name":"News"}})"));
  }
  if (call.Is("GET", "tags", 2) && store_.tags().contains(call.path[1])) {
    const std::string& name = store_.tags().at(call.path[1]);
    return Json(200,
                absl::StrCat(R"({"tag":{"id":")", call.path[1], R"(","tag":")", name, R"("}})"));
  }
  if (call.Is("GET", "dealTasktypes", 2) && activecampaign::IsTaskType(call.path[1])) {
    return Json(200, absl::StrCat(R"({"dealTasktype":{"id":")", call.path[1], R"("}})"));
  }
  if (call.Is("GET", "dealStages", 1)) return activecampaign::Stages();
  if (call.Is("GET", call.path[0], 1)) return List(call);
  return Message(404, "No Result found");
}

void ActiveCampaign::SetLimit(std::string_view /*window*/, int64_t limit) {
  second_.set_limit(limit);
}

void ActiveCampaign::Reset() {
  store_.Clear();
  imports_.clear();
  second_.Clear();
  second_.set_limit(kPerSecond);
}

void ActiveCampaign::Report(json::Writer& writer) const {
  for (const char* type : {"contacts", "deals", "notes", "tasks"}) {
    writer.Member(type, static_cast<int64_t>(store_.All(type).size()));
  }
  writer.Member("subscriptions", static_cast<int64_t>(store_.subscriptions().size()))
      .Member("tags", store_.CountTagged())
      .Member("imports", static_cast<int64_t>(imports_.size()))
      .Member("brought_back", store_.brought_back())
      .Member("duplicates", store_.Duplicates());
  writer.Key("windows").StartArray();
  ReportWindow(second_, writer);
  writer.EndArray();
}

void ActiveCampaign::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  for (const activecampaign::Record& record : store_.All(std::string(type))) Write(record, writer);
  writer.EndArray();
}

std::unique_ptr<System> activecampaign::Make() {
  return std::make_unique<ActiveCampaign>();
}

}  // namespace leadrelay::sandbox
