#pragma once
// Sandbox: the systems, their windows and their faults behind one handler, and a control endpoint:
//
//   POST   /_control/faults    add a fault, or an array of them (faults.h)
//   DELETE /_control/faults    no faults any more
//   POST   /_control/limits    {"system": "salesforce", "window": "day", "limit": 100}, and
//                              "per_ms": 10000 where the real window is too long to wait for
//   POST   /_control/reset     forget everything
//   GET    /_control/report?system=webhook      counts, duplicates and windows of one system, or of
//                              all without a name
//   GET    /_control/records?system=hubspot&type=contacts
//   GET    /_control/arrivals?system=salesforce&window=day    when they were, in microseconds
//
// Loop thread only.

#include <memory>
#include <stop_token>
#include <vector>

#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/server.h"
#include "tests/sandbox/faults.h"
#include "tests/sandbox/system.h"

namespace leadrelay::sandbox {

class Sandbox {
 public:
  explicit Sandbox(coro::Timers& timers);

  coro::Task<http::Response> Handle(http::ServerRequest request, std::stop_token stop);

 private:
  http::Response Control(const http::ServerRequest& request);
  http::Response AddFaults(const http::ServerRequest& request);
  http::Response SetLimit(const http::ServerRequest& request);
  http::Response Report(const http::ServerRequest& request) const;
  http::Response Records(const http::ServerRequest& request) const;
  http::Response Arrivals(const http::ServerRequest& request) const;
  System* FindSystem(std::string_view name) const;

  coro::Timers& timers_;
  std::vector<std::unique_ptr<System>> systems_;
  Faults faults_;
};

}  // namespace leadrelay::sandbox
