#pragma once
// LaneMetrics: the series of one destination.

#include <map>
#include <string>

#include "absl/time/time.h"

#include "common/observe/metrics.h"
#include "services/delivery/connectors/outcome.h"
#include "services/delivery/throttle/gate.h"

namespace leadrelay::delivery {

class LaneMetrics {
 public:
  LaneMetrics(observe::Metrics& metrics, const std::string& destination);

  void Attempt(Outcome::Kind kind, absl::Duration took);
  void Dead(const std::string& cause);
  void Delayed() { delayed_.Add(); }
  void Suppressed() { suppressed_.Add(); }
  void Batch(size_t jobs);
  void InHand(size_t messages) { in_hand_.Set(static_cast<double>(messages)); }
  void Waiting(Waiting::Reason reason);
  // From acceptance to delivery.
  void EndToEnd(absl::Duration took) { end_to_end_.Observe(absl::ToDoubleSeconds(took)); }

 private:
  observe::Metrics& metrics_;
  std::string destination_;
  std::map<Outcome::Kind, observe::Counter> attempts_;
  observe::Counter delayed_;
  observe::Counter suppressed_;
  observe::Counter batches_;
  observe::Counter batch_jobs_;
  observe::Gauge in_hand_;
  observe::Gauge waiting_;
  observe::Histogram took_;
  observe::Histogram end_to_end_;
};

}  // namespace leadrelay::delivery
