#include "services/dlq/collect/books_metrics.h"

namespace leadrelay::dlq {
namespace {

observe::Gauge StateGauge(observe::Metrics& metrics,
                          const std::string& destination,
                          const char* state) {
  return metrics.Gauge("leadrelay_books",
                       "Deliveries of a destination by state.  When the books balance, accepted is "
                       "delivered + suppressed + dead + discarded + in_flight; retrying is the "
                       "part of in_flight that has failed before.",
                       {{"destination", destination}, {"state", state}});
}

}  // namespace

BooksMetrics::Gauges::Gauges(observe::Metrics& metrics, const std::string& destination)
    : accepted(StateGauge(metrics, destination, "accepted")),
      in_flight(StateGauge(metrics, destination, "in_flight")),
      retrying(StateGauge(metrics, destination, "retrying")),
      delivered(StateGauge(metrics, destination, "delivered")),
      suppressed(StateGauge(metrics, destination, "suppressed")),
      dead(StateGauge(metrics, destination, "dead")),
      discarded(StateGauge(metrics, destination, "discarded")),
      difference(metrics.Gauge("leadrelay_books_difference",
                               "Deliveries whose acceptance the ledger has not seen (yet); zero "
                               "at rest.",
                               {{"destination", destination}})) {}

void BooksMetrics::Show(const Books& books) {
  for (const auto& [destination, row] : books) {
    Gauges& gauges = gauges_.try_emplace(destination, metrics_, destination).first->second;
    gauges.accepted.Set(static_cast<double>(row.accepted));
    gauges.in_flight.Set(static_cast<double>(row.in_flight + row.retrying));
    gauges.retrying.Set(static_cast<double>(row.retrying));
    gauges.delivered.Set(static_cast<double>(row.delivered));
    gauges.suppressed.Set(static_cast<double>(row.suppressed));
    gauges.dead.Set(static_cast<double>(row.dead));
    gauges.discarded.Set(static_cast<double>(row.discarded));
    gauges.difference.Set(static_cast<double>(row.difference()));
  }
}

}  // namespace leadrelay::dlq
