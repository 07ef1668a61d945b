#include "tests/simulation/crm/crm.h"

#include <utility>

#include "common/json/json.h"

namespace leadrelay::simulation {
namespace {

using FailureKind = http::TransportFailure::Kind;

http::TransportFailure Lost() {
  return {FailureKind::kUnknown, "the connection was reset"};
}

http::Response Plain(int status) {
  return {status, {{"Content-Type", "text/plain"}}, ""};
}

bool IsForATokenEndpoint(const http::Request& request) {
  return request.url.find("/oauth") != std::string::npos;
}

}  // namespace

Crm::Crm(Agenda& agenda,
         Journal& journal,
         Random& random,
         const Faults& faults,
         std::string destination,
         sandbox::System& system)
    : agenda_(agenda),
      journal_(journal),
      random_(random),
      faults_(faults),
      destination_(std::move(destination)),
      system_(system) {}

Crm::Answer Crm::Receive(const http::Request& request) {
  if (!IsForATokenEndpoint(request)) arrivals_.push_back(agenda_.now());
  absl::Duration after = random_.Between(absl::Milliseconds(1), absl::Milliseconds(300));
  const auto answer = [&](const char* what, http::SendResult result) {
    journal_.Say(
        destination_, ": ", request.method, " ", request.url, " ", request.body, ": ", what);
    return Answer{std::move(result), after};
  };
  const auto handle = [&] { return system_.Handle(request, agenda_.wall()); };

  if (random_.Chance(faults_.reset_before)) return answer("reset, not processed", Lost());
  if (random_.Chance(faults_.error_before)) return answer("503, not processed", Plain(503));
  if (random_.Chance(faults_.throttled)) {
    http::Response slower = Plain(429);
    const uint64_t seconds = 1 + random_.Below(20);
    slower.headers.Add("Retry-After", absl::StrCat(seconds));
    return answer("429", std::move(slower));
  }
  for (const std::string& text : refused_) {
    if (request.body.find(text) != std::string::npos) return answer("refused", Plain(422));
  }
  if (random_.Chance(faults_.reset_after)) {
    (void)handle();
    return answer("processed, then reset", Lost());
  }
  if (random_.Chance(faults_.error_after)) {
    (void)handle();
    return answer("processed, then 502", Plain(502));
  }
  http::Response response = handle();
  if (random_.Chance(faults_.malformed)) {
    response.body.resize(response.body.size() / 2);
    return answer("processed, half an answer", std::move(response));
  }
  if (random_.Chance(faults_.slow_reply)) {
    after = random_.Between(absl::Seconds(1), absl::Seconds(12));
  }
  const std::string words =
      journal_.tracing() ? absl::StrCat(response.status, " ", response.body) : "";
  return answer(words.c_str(), std::move(response));
}

int64_t Crm::Reported(const std::string& pointer) const {
  json::Writer writer;
  writer.StartObject();
  system_.Report(writer);
  writer.EndObject();
  const absl::StatusOr<json::Document> report = json::Document::Parse(writer.Take());
  return report.ok() ? report->root().Pointer(pointer).Int64Or(-1) : -1;
}

}  // namespace leadrelay::simulation
