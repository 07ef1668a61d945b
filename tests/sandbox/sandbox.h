#pragma once
// Sandbox: the systems, their windows and their faults behind one handler, and a control endpoint:
//
//   POST   /_control/faults    add a fault, or an array of them (faults.h)
//   DELETE /_control/faults    no faults any more
//   POST   /_control/limits    {"system": "hubspot", "window": "TEN_SECONDLY_ROLLING", "limit":
//   100} POST   /_control/reset     forget everything GET    /_control/report    counts, duplicates
//   and windows of every system GET    /_control/records?system=hubspot&type=contacts
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
  http::Response Report() const;
  http::Response Records(const http::ServerRequest& request) const;
  System* FindSystem(std::string_view name) const;

  coro::Timers& timers_;
  std::vector<std::unique_ptr<System>> systems_;
  Faults faults_;
};

}  // namespace leadrelay::sandbox
