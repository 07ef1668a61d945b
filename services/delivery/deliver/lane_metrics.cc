#include "services/delivery/deliver/lane_metrics.h"

namespace leadrelay::delivery {

LaneMetrics::LaneMetrics(observe::Metrics& metrics, const std::string& destination)
    : metrics_(metrics),
      destination_(destination),
      delayed_(metrics.Counter("leadrelay_delivery_delayed_total",
                               "Deliveries put into a delay queue",
                               {{"destination", destination}})),
      suppressed_(metrics.Counter("leadrelay_delivery_suppressed_total",
                                  "Deliveries withheld for want of consent",
                                  {{"destination", destination}})),
      batches_(metrics.Counter(
          "leadrelay_delivery_batches_total", "Batches worked on", {{"destination", destination}})),
      batch_jobs_(metrics.Counter("leadrelay_delivery_batch_jobs_total",
                                  "Deliveries in those batches",
                                  {{"destination", destination}})),
      in_hand_(metrics.Gauge("leadrelay_delivery_in_hand",
                             "Messages taken from the queue and not settled yet",
                             {{"destination", destination}})),
      waiting_(metrics.Gauge("leadrelay_delivery_waiting",
                             "Why nothing is being sent: 0 nothing, 1 rate limit, 2 Retry-After, "
                             "3 breaker open, 4 paused, 5 credential refused, 6 Redis away",
                             {{"destination", destination}})),
      took_(metrics.Histogram("leadrelay_delivery_attempt_seconds",
                              "From the first request of an attempt to its verdict",
                              {{"destination", destination}})),
      end_to_end_(metrics.Histogram("leadrelay_delivery_end_to_end_seconds",
                                    "From acceptance to delivery",
                                    {{"destination", destination}})) {
  using Kind = Outcome::Kind;
  for (Kind kind : {Kind::kDelivered,
                    Kind::kDuplicate,
                    Kind::kRetry,
                    Kind::kThrottled,
                    Kind::kUnauthorized,
                    Kind::kUnknown,
                    Kind::kRejected}) {
    attempts_.emplace(
        kind,
        metrics.Counter("leadrelay_delivery_attempts_total",
                        "Attempts by verdict",
                        {{"destination", destination}, {"verdict", std::string(Name(kind))}}));
  }
}

void LaneMetrics::Attempt(Outcome::Kind kind, absl::Duration took) {
  attempts_.at(kind).Add();
  took_.Observe(absl::ToDoubleSeconds(took));
}

void LaneMetrics::Dead(const std::string& cause) {
  metrics_
      .Counter("leadrelay_delivery_dead_total",
               "Deliveries dead-lettered",
               {{"destination", destination_}, {"cause", cause}})
      .Add();
}

void LaneMetrics::Batch(size_t jobs) {
  batches_.Add();
  batch_jobs_.Add(static_cast<double>(jobs));
}

void LaneMetrics::Waiting(Waiting::Reason reason) {
  waiting_.Set(static_cast<double>(static_cast<int>(reason)));
}

}  // namespace leadrelay::delivery
