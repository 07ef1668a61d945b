#include "tests/sandbox/sandbox.h"

#include <utility>

#include "common/json/json.h"

namespace leadrelay::sandbox {
namespace {

constexpr std::string_view kControl = "/_control/";

// What the server takes as "close the connection without an answer".
http::Response CloseConnection() {
  return http::Response{http::kCloseWithoutAnswer, {}, ""};
}

http::Response Text(int status, std::string text) {
  return http::Response{status, {{"Content-Type", "text/plain"}}, std::move(text) + "\n"};
}

http::Response Json(std::string body) {
  return http::Response{200, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response Answer(const Fault& fault) {
  http::Response response{fault.status, {{"Content-Type", "application/json"}}, fault.body};
  if (!fault.retry_after.empty()) response.headers.Add("Retry-After", fault.retry_after);
  return response;
}

std::string QueryValue(const http::ServerRequest& request, std::string_view name) {
  for (const auto& [key, value] : http::ParseForm(http::QueryOf(request.url))) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace

Sandbox::Sandbox(coro::Timers& timers) : timers_(timers), systems_(AllSystems()) {}

coro::Task<http::Response> Sandbox::Handle(http::ServerRequest request, std::stop_token stop) {
  std::string_view path = http::PathOf(request.url);
  if (path.substr(0, kControl.size()) == kControl) co_return Control(request);

  System* system = nullptr;
  for (const std::unique_ptr<System>& each : systems_) {
    if (each->Owns(path)) system = each.get();
  }
  if (system == nullptr) co_return Text(404, "no system of the sandbox lives here");

  const absl::Time arrived = timers_.clock().Now();
  for (Window* window : system->WindowsFor(request)) {
    if (!window->Admit(arrived)) co_return system->Refuse(*window, arrived);
  }

  std::optional<Fault> fault = faults_.Take(std::string(system->name()), request);
  if (!fault.has_value()) co_return system->Handle(request, arrived);
  switch (fault->kind) {
    case Fault::Kind::kStatus:
      co_return Answer(*fault);
    case Fault::Kind::kClose:
      co_return CloseConnection();
    case Fault::Kind::kStall:
      (void)co_await timers_.Sleep(absl::Hours(1), stop);
      co_return CloseConnection();
    case Fault::Kind::kLatency:
      (void)co_await timers_.Sleep(fault->wait, stop);
      co_return system->Handle(request, timers_.clock().Now());
    case Fault::Kind::kDropResponse:
      (void)system->Handle(request, arrived);
      co_return CloseConnection();
    case Fault::Kind::kExpireTokens:
      system->ExpireTokens();
      co_return system->Handle(request, arrived);
    case Fault::Kind::kMalformed: {
      http::Response response = system->Handle(request, arrived);
      response.body.resize(response.body.size() / 2);
      co_return response;
    }
  }
  co_return Text(500, "no such fault");
}

http::Response Sandbox::Control(const http::ServerRequest& request) {
  std::string_view what = http::PathOf(request.url).substr(kControl.size());
  if (what == "faults" && request.method == "POST") return AddFaults(request);
  if (what == "faults" && request.method == "DELETE") {
    faults_.Clear();
    return Text(200, "no faults");
  }
  if (what == "limits" && request.method == "POST") return SetLimit(request);
  if (what == "reset" && request.method == "POST") {
    faults_.Clear();
    for (const std::unique_ptr<System>& system : systems_) system->Reset();
    return Text(200, "as new");
  }
  if (what == "report" && request.method == "GET") return Report(request);
  if (what == "records" && request.method == "GET") return Records(request);
  if (what == "arrivals" && request.method == "GET") return Arrivals(request);
  return Text(404, "see tests/sandbox/sandbox.h for what the control endpoint knows");
}

http::Response Sandbox::AddFaults(const http::ServerRequest& request) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Text(400, std::string(body.status().message()));
  std::vector<json::Value> values = body->root().Elements();
  if (!body->root().IsArray()) values.push_back(body->root());
  for (const json::Value& value : values) {
    absl::StatusOr<Fault> fault = ParseFault(value);
    if (!fault.ok()) return Text(400, std::string(fault.status().message()));
    faults_.Add(*std::move(fault));
  }
  return Text(200, "as you wish");
}

http::Response Sandbox::SetLimit(const http::ServerRequest& request) {
  absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
  if (!body.ok()) return Text(400, std::string(body.status().message()));
  System* system = FindSystem(body->root().Find("system").StringOr(""));
  if (system == nullptr) return Text(400, "no such system");
  const std::string name = body->root().Find("window").StringOr("");
  system->SetLimit(name, body->root().Find("limit").Int64Or(0));
  const int64_t per_ms = body->root().Find("per_ms").Int64Or(0);
  if (per_ms == 0) return Text(200, "set");
  Window* window = system->FindWindow(name);
  if (window == nullptr) return Text(400, "no such window");
  window->set_per(absl::Milliseconds(per_ms));
  return Text(200, "set");
}

http::Response Sandbox::Report(const http::ServerRequest& request) const {
  const std::string only = QueryValue(request, "system");
  json::Writer writer;
  writer.StartObject();
  for (const std::unique_ptr<System>& system : systems_) {
    if (!only.empty() && system->name() != only) continue;
    writer.Key(system->name()).StartObject();
    system->Report(writer);
    writer.EndObject();
  }
  writer.EndObject();
  return Json(writer.Take());
}

http::Response Sandbox::Records(const http::ServerRequest& request) const {
  System* system = FindSystem(QueryValue(request, "system"));
  if (system == nullptr) return Text(400, "no such system");
  json::Writer writer;
  system->Records(QueryValue(request, "type"), writer);
  return Json(writer.Take());
}

http::Response Sandbox::Arrivals(const http::ServerRequest& request) const {
  System* system = FindSystem(QueryValue(request, "system"));
  if (system == nullptr) return Text(400, "no such system");
  const Window* window = system->FindWindow(QueryValue(request, "window"));
  if (window == nullptr) return Text(400, "no such window");
  json::Writer writer;
  writer.StartArray();
  for (const absl::Time at : window->arrivals()) writer.Int(absl::ToUnixMicros(at));
  writer.EndArray();
  return Json(writer.Take());
}

System* Sandbox::FindSystem(std::string_view name) const {
  for (const std::unique_ptr<System>& system : systems_) {
    if (system->name() == name) return system.get();
  }
  return nullptr;
}

}  // namespace leadrelay::sandbox
