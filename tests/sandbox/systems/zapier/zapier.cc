#include "tests/sandbox/systems/zapier/zapier.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kPrefix = "/zapier/hooks/catch/";
constexpr std::string_view kSecond = "second";
constexpr std::string_view kFiveMinutes = "five minutes";
constexpr size_t kMostBytes = 10'000'000;

http::Response Answer(int status, std::string_view word, const std::string& id) {
  json::Writer writer;
  writer.StartObject()
      .Member("attempt", id)
      .Member("id", id)
      .Member("request_id", id)
      .Member("status", word)
      .EndObject();
  return http::Response{status, {{"Content-Type", "application/json"}}, writer.Take()};
}

struct Place {
  std::string user;  // Empty: a hook of the older kind.
  std::string hook;
};

Place PlaceOf(const http::Request& request) {
  std::string_view rest = http::PathOf(request.url).substr(kPrefix.size());
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return {"", std::string(rest)};
  return {std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
}

}  // namespace

bool Zapier::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

Window& Zapier::WindowOf(const std::string& whose, std::string_view name, int64_t limit) {
  const absl::Duration per = name == kSecond ? absl::Seconds(1) : absl::Minutes(5);
  const std::string key = absl::StrCat(std::string(name), " of ", whose);
  Window& window = windows_.try_emplace(key, key, limit, per).first->second;
  window.set_limit(limit);
  return window;
}

std::vector<Window*> Zapier::WindowsFor(const http::Request& request) {
  const Place place = PlaceOf(request);
  const int64_t documented = place.user.empty() ? 1'000 : 10'000;
  return {&WindowOf(place.hook, kSecond, per_second_ > 0 ? per_second_ : 30),
          &WindowOf(place.user.empty() ? place.hook : place.user,
                    kFiveMinutes,
                    per_five_minutes_ > 0 ? per_five_minutes_ : documented)};
}

http::Response Zapier::Refuse(const Window& /*window*/, absl::Time /*now*/) {
  return Answer(429, "throttled", "");
}

http::Response Zapier::Handle(const http::Request& request, absl::Time /*now*/) {
  const Place place = PlaceOf(request);
  if (place.hook.starts_with("deleted")) return Answer(410, "gone", "");
  if (request.body.size() > kMostBytes) return Answer(413, "too large", "");
  absl::StatusOr<json::Document> body =
      json::Document::Parse(request.body.empty() ? "{}" : request.body);
  if (!body.ok()) return Answer(400, "no JSON", "");
  Hook& hook = hooks_[place.hook];
  ++hook.requests;
  if (body->root().IsArray()) {
    for (const json::Value& element : body->root().Elements()) {
      hook.runs.push_back(body->Part(element));
    }
  } else {
    hook.runs.push_back(*std::move(body));
  }
  return Answer(200, "success", absl::StrCat("0196ef15-2f6b-0f44-36d8-", hook.requests));
}

void Zapier::SetLimit(std::string_view window, int64_t limit) {
  (window == kSecond ? per_second_ : per_five_minutes_) = limit;
}

void Zapier::Reset() {
  hooks_.clear();
  windows_.clear();
  per_second_ = per_five_minutes_ = 0;
}

void Zapier::Report(json::Writer& writer) const {
  writer.Key("hooks").StartObject();
  for (const auto& [name, hook] : hooks_) {
    std::set<std::string> deliveries;
    std::set<std::string> leads;
    for (const json::Document& run : hook.runs) {
      deliveries.insert(run.root().Find("delivery_id").StringOr(""));
      leads.insert(run.root().Find("lead_id").StringOr(""));
    }
    writer.Key(name)
        .StartObject()
        .Member("requests", hook.requests)
        .Member("runs", static_cast<int64_t>(hook.runs.size()))
        .Member("repeats", static_cast<int64_t>(hook.runs.size() - deliveries.size()))
        .Member("duplicates", static_cast<int64_t>(deliveries.size() - leads.size()))
        .EndObject();
  }
  writer.EndObject();
  int64_t refused = 0;
  writer.Key("windows").StartArray();
  for (const auto& [key, window] : windows_) {
    ReportWindow(window, writer);
    refused += window.refused();
  }
  writer.EndArray();
  writer.Member("refused", refused);
}

void Zapier::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  if (const auto hook = hooks_.find(type); hook != hooks_.end()) {
    for (const json::Document& run : hook->second.runs) writer.Copy(run.root());
  }
  writer.EndArray();
}

std::unique_ptr<System> zapier::Make() {
  return std::make_unique<Zapier>();
}

}  // namespace leadrelay::sandbox
