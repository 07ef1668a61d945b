#pragma once
// Sink: where the webhooks of a bench go: takes every one and counts.  Next to nothing else, so
// that what it costs is not taken for what delivering costs.  A process of its own, loopback only.
//
//   POST /<name>   200 after `answer_after`, or never where the name begins with "hole"; counted by
//                  name and webhook-id
//   GET  /<name>   {"distinct":n,"repeats":n,"last_at":microseconds since 1970}
//   GET  /<name>?latencies  {"p50":microseconds from BenchLead()'s sent_at to here,"p99":..} of
//                  those since this was last asked

#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "tests/support/process/process.h"

namespace leadrelay::bench {

// The process itself: serves until it is killed.
int RunSink(int port, absl::Duration answer_after);

class Sink {
 public:
  // Starts this program again, as a sink.  `answer_after`: as slow as a CRM.
  explicit Sink(absl::Duration answer_after = absl::ZeroDuration());

  // A webhook destination for e2e::StackOptions, indented by two; `more` are further members.
  std::string Destination(const std::string& name, const std::string& more = "") const;

  struct Count {
    int64_t distinct = 0;
    int64_t repeats = 0;
    absl::Time last_at = absl::UnixEpoch();
  };
  Count CountOf(const std::string& name) const;

  struct Latencies {
    double p50 = 0;  // Seconds from sending to arrival.
    double p99 = 0;
  };
  Latencies TakeLatencies(const std::string& name);
  pid_t pid() const { return process_.pid(); }

 private:
  int port_;
  test::Process process_;
};

}  // namespace leadrelay::bench
