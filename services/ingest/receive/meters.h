#pragma once
// Meters: what ingest counts about the leads it is handed.  Series are looked up once and kept.

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"

#include "common/observe/metrics.h"
#include "services/ingest/receive/verdict.h"
#include "services/ingest/route/router.h"

namespace leadrelay::ingest {

class Meters {
 public:
  explicit Meters(observe::Metrics& metrics);

  // An HTTP request that was answered.  `path` is from a closed set (Endpoint::metric).
  void Request(std::string_view path, int status, absl::Duration took);
  void InFlight(int64_t requests, int64_t bytes);

  // One lead, whichever way it came.
  void Lead(const Verdict& verdict);
  // A lead that was published for the first time.
  void Routed(const Routing& routing);
  void Trapped(const std::string& form);

 private:
  // A family with one label, its series by the label's value.
  template <typename Series>
  using ByLabel = std::map<std::string, Series, std::less<>>;

  observe::Counter& CounterOf(ByLabel<observe::Counter>& family,
                              const std::string& name,
                              const std::string& help,
                              const std::string& label,
                              std::string_view value);

  observe::Metrics& metrics_;
  std::map<std::pair<std::string, int>, observe::Counter> requests_;
  ByLabel<observe::Histogram> request_seconds_;
  observe::Gauge requests_in_flight_;
  observe::Gauge bytes_in_flight_;
  observe::Counter accepted_;
  observe::Counter replayed_;
  observe::Counter unrouted_;
  ByLabel<observe::Counter> rejected_;
  ByLabel<observe::Counter> deliveries_;
  ByLabel<observe::Counter> suppressed_;
  ByLabel<observe::Counter> trapped_;
};

}  // namespace leadrelay::ingest
