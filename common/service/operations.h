#pragma once
// The three questions that every service answers over HTTP: GET /healthz, /readyz and /metrics.

#include <optional>

#include "common/http/message.h"
#include "common/http/server.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"

namespace leadrelay::service {

// The answer, when `request` is one of the three; a wrong method is answered with 405.
std::optional<http::Response> AnswerOperations(const http::Request& request,
                                               const observe::Health& health,
                                               const observe::Metrics& metrics);

// A handler that answers those and gives everything else to `next`; without one, 404.
// `health` and `metrics` must outlive the server.
http::Server::Handler WithOperations(const observe::Health& health,
                                     const observe::Metrics& metrics,
                                     http::Server::Handler next = nullptr);

}  // namespace leadrelay::service
