#include "tests/sandbox/systems/make/make.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kPrefix = "/make/";
constexpr size_t kMostBytes = 5 << 20;

http::Response Answer(int status, std::string body) {
  return http::Response{status,
                        {{"Content-Type", "text/plain; charset=utf-8"},
                         {"Make-Actual-Status", absl::StrCat(status)},
                         {"X-Powered-By", "Make Gateway/production"}},
                        std::move(body)};
}

std::string TokenOf(const http::Request& request) {
  return std::string(http::PathOf(request.url).substr(kPrefix.size()));
}

}  // namespace

bool MakeWebhooks::Owns(std::string_view path) const {
  return path.starts_with(kPrefix);
}

std::vector<Window*> MakeWebhooks::WindowsFor(const http::Request& request) {
  Window& window = hooks_[TokenOf(request)].window;
  window.set_limit(per_ten_seconds_);
  return {&window};
}

http::Response MakeWebhooks::Refuse(const Window& /*window*/, absl::Time /*now*/) {
  return Answer(429, "Too many requests");
}

http::Response MakeWebhooks::Handle(const http::Request& request, absl::Time /*now*/) {
  const std::string token = TokenOf(request);
  if (token.empty() || token.starts_with("gone")) return Answer(410, "Webhook not found.");
  if (request.method == "OPTIONS") return Answer(200, "ok");
  if (token.starts_with("keyed") && request.headers.Get("x-make-apikey") != kApiKey) {
    return Answer(401, "Unauthorized");
  }
  if (request.body.size() > kMostBytes) return Answer(413, "Payload too large");
  absl::StatusOr<json::Document> body =
      json::Document::Parse(request.body.empty() ? "{}" : request.body);
  const bool fits = body.ok() && body->root().Find("email").IsString();
  if (!body.ok() || (token.starts_with("strict") && !fits)) {
    return Answer(400, "Validation failed for 1 parameter(s).");
  }
  Hook& hook = hooks_[token];
  if (queue_ > 0 && static_cast<int64_t>(hook.items.size()) >= queue_) {
    return Answer(400, "Queue is full");
  }
  hook.items.push_back(*std::move(body));
  return Answer(200, "Accepted");
}

void MakeWebhooks::SetLimit(std::string_view window, int64_t limit) {
  if (window == "queue") {
    queue_ = limit;
  } else {
    per_ten_seconds_ = limit > 0 ? limit : 300;
  }
}

void MakeWebhooks::Reset() {
  hooks_.clear();
  per_ten_seconds_ = 300;
  queue_ = 0;
}

void MakeWebhooks::Report(json::Writer& writer) const {
  writer.Key("hooks").StartObject();
  for (const auto& [token, hook] : hooks_) {
    std::set<std::string> deliveries;
    std::set<std::string> leads;
    for (const json::Document& item : hook.items) {
      deliveries.insert(item.root().Find("delivery_id").StringOr(""));
      leads.insert(item.root().Find("lead_id").StringOr(""));
    }
    writer.Key(token)
        .StartObject()
        .Member("requests", hook.window.total())
        .Member("refused", hook.window.refused())
        .Member("items", static_cast<int64_t>(hook.items.size()))
        .Member("repeats", static_cast<int64_t>(hook.items.size() - deliveries.size()))
        .Member("duplicates", static_cast<int64_t>(deliveries.size() - leads.size()))
        .Key("window");
    ReportWindow(hook.window, writer);
    writer.EndObject();
  }
  writer.EndObject();
}

void MakeWebhooks::Records(std::string_view type, json::Writer& writer) const {
  writer.StartArray();
  if (const auto hook = hooks_.find(type); hook != hooks_.end()) {
    for (const json::Document& item : hook->second.items) writer.Copy(item.root());
  }
  writer.EndArray();
}

std::unique_ptr<System> make::Make() {
  return std::make_unique<MakeWebhooks>();
}

}  // namespace leadrelay::sandbox
