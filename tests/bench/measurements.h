#pragma once
// What the bench measures.  Each starts what it needs, and takes its yardstick in the same run.

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/figure.h"

namespace leadrelay::bench {

struct Scale {
  int64_t leads = 20'000;  // Of each measurement at full load.
  int64_t backlog = 100'000;
  std::string crm;  // Of `rates`: only this one.
};

Section MeasureOne(const Scale& scale);           // One webhook destination at full load.
Section MeasureThree(const Scale& scale);         // Three.
Section MeasureHubSpot(const Scale& scale);       // HubSpot in batches, at full load.
Section MeasureLatency(const Scale& scale);       // At 200 leads a second.
Section MeasureSlowCrm(const Scale& scale);       // A backlog, and answers that take 50 ms.
Section MeasureBlackHole(const Scale& scale);     // One of three destinations never answers.
Section MeasureBacklog(const Scale& scale);       // A large one beside a small one.
Section MeasureDestinations(const Scale& scale);  // 1, 10 and 100 of them.
Section MeasureIdle(const Scale& scale);          // Start, memory, and a minute without a lead.
Section MeasureOutage(const Scale& scale);        // Into the spool, and out of it again.
Section MeasureRates(const Scale& scale);         // What CRMs let in, and how much of it is used.

}  // namespace leadrelay::bench
