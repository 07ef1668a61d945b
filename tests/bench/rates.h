#pragma once
// Rates: how much of what a CRM lets in is used while there is a backlog.  One destination at a
// time, with the connector's defaults, against the sandbox, whose windows count as the CRM's do.
//
// Measured from the arrival that fills the first window, which comes in one burst after the
// backlog has waited, over whole windows.  The yardstick is what the limit allows:
//   requests in a window / requests that a full batch takes * leads of a full batch.

#include <cstdint>
#include <string>
#include <vector>

namespace leadrelay::bench {

struct RateResult {
  std::string crm;
  std::string allowed;            // "100 requests in 10 s; 1 for 100 leads".
  double allowed_per_second = 0;  // Leads.
  double used_per_second = 0;     // Likewise.
  double leads_per_request = 0;   // On average: whether batches were full.
  int64_t fullest = 0;            // Requests in one window, at the most.
  int64_t leanest = 0;            // In one of the windows that follow the first, at the least.
  int64_t limit = 0;
  int64_t refused = 0;
  int64_t missing = 0;  // Leads that did not arrive, or not as one record each.

  double Share() const { return used_per_second / allowed_per_second; }
  bool Whole() const { return refused == 0 && missing == 0 && fullest <= limit; }
};

// All of them, or the one whose name is `only`; with so many processes of delivery.
std::vector<RateResult> RunRates(const std::string& only, int replicas = 1);

}  // namespace leadrelay::bench
