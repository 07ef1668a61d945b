#pragma once
// Load: leads over HTTP from one thread and many keep-alive connections, each sending its next lead
// when the answer to the last one is there.  Bounded in count and time; loopback only.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace leadrelay::bench {

struct LoadOptions {
  int port = 0;
  std::string api_key;
  int64_t leads = 0;
  int64_t first = 0;  // Number of the first lead: each number is another person.
  int connections = 64;
  double per_second = 0;  // Paced, open loop; 0: as fast as the answers come.
  int forms = 1;          // Form names: lead n is of form-<n % forms>.
  std::chrono::seconds limit{120};
};

struct LoadResult {
  int64_t accepted = 0;
  int64_t refused = 0;  // Any other answer, or none.
  double seconds = 0;
  std::vector<double> latencies;  // Seconds, sorted.

  double Percentile(double share) const;
};

LoadResult SendLeads(const LoadOptions& options);

// The lead that is sent: about 1 KiB of JSON.  It says when, in form_data.sent_at, for who wants to
// know how long it took: microseconds of the monotonic clock, which all processes share.
std::string BenchLead(int64_t number, int forms);
int64_t MonotonicMicros();

}  // namespace leadrelay::bench
