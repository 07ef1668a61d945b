#include "common/service/operations.h"

#include <utility>

#include "common/service/process_metrics.h"

namespace leadrelay::service {
namespace {

http::Response Plain(int status, std::string text) {
  http::Response response;
  response.status = status;
  response.headers.Add("content-type", "text/plain; charset=utf-8");
  response.body = std::move(text);
  return response;
}

http::Response MetricsPage(const observe::Metrics& metrics) {
  http::Response response = Plain(200, metrics.ToText() + ProcessMetrics());
  response.headers.Set("content-type", "text/plain; version=0.0.4; charset=utf-8");
  return response;
}

coro::Task<http::Response> Answered(http::Response response) {
  co_return response;
}

}  // namespace

std::optional<http::Response> AnswerOperations(const http::Request& request,
                                               const observe::Health& health,
                                               const observe::Metrics& metrics) {
  const std::string_view path = http::PathOf(request.url);
  if (path != "/healthz" && path != "/readyz" && path != "/metrics") return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused = Plain(405, "only GET and HEAD\n");
    refused.headers.Add("allow", "GET, HEAD");
    return refused;
  }
  if (path == "/healthz") return health.Healthz();
  if (path == "/readyz") return health.Readyz();
  return MetricsPage(metrics);
}

http::Server::Handler WithOperations(const observe::Health& health,
                                     const observe::Metrics& metrics,
                                     http::Server::Handler next) {
  return [&health, &metrics, next = std::move(next)](http::ServerRequest request,
                                                     std::stop_token stop) {
    std::optional<http::Response> answer = AnswerOperations(request, health, metrics);
    if (answer.has_value()) return Answered(std::move(*answer));
    if (next == nullptr) return Answered(Plain(404, "nothing here\n"));
    return next(std::move(request), std::move(stop));
  };
}

}  // namespace leadrelay::service
