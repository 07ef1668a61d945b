#pragma once
// HttpEndpoints: ingest's HTTP interface (proto/openapi.yaml).  Authenticates, reads the body into
// submissions, and turns verdicts into answers.  Loop thread only.

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "common/config/config.h"
#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/server.h"
#include "services/ingest/receive/acceptor.h"
#include "services/ingest/receive/batch.h"
#include "services/ingest/receive/budget.h"
#include "services/ingest/receive/endpoint.h"
#include "services/ingest/receive/meters.h"
#include "services/ingest/receive/publishers.h"

namespace leadrelay::ingest {

class HttpEndpoints {
 public:
  // What it works with; all outlive it.
  struct Parts {
    const config::Config& config;
    coro::Timers& timers;
    const Publishers& publishers;
    Acceptor& acceptor;
    Meters& meters;
  };
  // `max_bytes`: of all bodies in hand; above it, requests are answered 503 at once.
  HttpEndpoints(Parts parts, int64_t max_bytes) : parts_(parts), budget_(max_bytes) {}

  coro::Task<http::Response> Handle(http::ServerRequest request, std::stop_token stop);

  // The largest body that any endpoint takes, for the server.
  static size_t MaxBody(const config::Ingest& options);

 private:
  coro::Task<http::Response> Dispatch(Endpoint endpoint,
                                      http::ServerRequest request,
                                      std::stop_token stop);
  coro::Task<http::Response> TakeLead(const config::Publisher* publisher,
                                      Expected expected,
                                      http::ServerRequest request,
                                      std::stop_token stop);
  coro::Task<http::Response> TakeBatch(const config::Publisher* publisher,
                                       http::ServerRequest request,
                                       std::stop_token stop);
  coro::Task<http::Response> TakeForm(const config::Form* form,
                                      http::ServerRequest request,
                                      std::stop_token stop);
  // Whose rules on origins a request is under; null before it is known.
  const config::Publisher* PublisherOf(const Endpoint& endpoint,
                                       const http::ServerRequest& request) const;

  Parts parts_;
  Budget budget_;
};

}  // namespace leadrelay::ingest
