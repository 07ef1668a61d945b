#include "services/ingest/receive/meters.h"

#include "absl/strings/str_cat.h"

namespace leadrelay::ingest {

Meters::Meters(observe::Metrics& metrics)
    : metrics_(metrics),
      requests_in_flight_(
          metrics.Gauge("leadrelay_ingest_requests_in_flight", "Requests that are being handled.")),
      bytes_in_flight_(metrics.Gauge("leadrelay_ingest_bytes_in_flight",
                                     "Body bytes of the requests that are being handled.")),
      accepted_(metrics.Counter("leadrelay_ingest_accepted_total",
                                "Leads that the broker has confirmed, or the spool has kept.")),
      replayed_(metrics.Counter("leadrelay_ingest_replayed_total",
                                "Leads that had been accepted before and were answered again.")),
      unrouted_(metrics.Counter("leadrelay_ingest_unrouted_total",
                                "Accepted leads that no route sends anywhere.")) {}

observe::Counter& Meters::CounterOf(ByLabel<observe::Counter>& family,
                                    const std::string& name,
                                    const std::string& help,
                                    const std::string& label,
                                    std::string_view value) {
  auto found = family.find(value);
  if (found == family.end()) {
    const std::string text(value);
    found = family.emplace(text, metrics_.Counter(name, help, {{label, text}})).first;
  }
  return found->second;
}

void Meters::Request(std::string_view path, int status, absl::Duration took) {
  std::pair<std::string, int> key(path, status);
  auto counter = requests_.find(key);
  if (counter == requests_.end()) {
    counter =
        requests_
            .emplace(key,
                     metrics_.Counter("leadrelay_ingest_requests_total",
                                      "HTTP requests, by endpoint and answer.",
                                      {{"path", key.first}, {"status", absl::StrCat(status)}}))
            .first;
  }
  counter->second.Add();
  auto seconds = request_seconds_.find(path);
  if (seconds == request_seconds_.end()) {
    seconds = request_seconds_
                  .emplace(key.first,
                           metrics_.Histogram("leadrelay_ingest_request_seconds",
                                              "From the whole request to its answer.",
                                              {{"path", key.first}}))
                  .first;
  }
  seconds->second.Observe(absl::ToDoubleSeconds(took));
}

void Meters::InFlight(int64_t requests, int64_t bytes) {
  requests_in_flight_.Set(static_cast<double>(requests));
  bytes_in_flight_.Set(static_cast<double>(bytes));
}

void Meters::Lead(const Verdict& verdict) {
  if (const auto* accepted = std::get_if<Accepted>(&verdict)) {
    (accepted->replayed ? replayed_ : accepted_).Add();
    return;
  }
  CounterOf(rejected_,
            "leadrelay_ingest_rejected_total",
            "Leads that were not taken, by problem.",
            "reason",
            std::get<Problem>(verdict).code)
      .Add();
}

void Meters::Routed(const Routing& routing) {
  if (routing.destinations.empty() && routing.suppressed.empty()) unrouted_.Add();
  for (const std::string& destination : routing.destinations) {
    CounterOf(deliveries_,
              "leadrelay_ingest_deliveries_total",
              "Deliveries of accepted leads, by destination.",
              "destination",
              destination)
        .Add();
  }
  for (const lead::Suppression& suppression : routing.suppressed) {
    CounterOf(suppressed_,
              "leadrelay_ingest_suppressed_total",
              "Deliveries withheld for want of consent, by destination.",
              "destination",
              suppression.destination)
        .Add();
  }
}

void Meters::Trapped(const std::string& form) {
  CounterOf(trapped_,
            "leadrelay_ingest_trapped_total",
            "Form posts that filled in the field people do not see; dropped.",
            "form",
            form)
      .Add();
}

}  // namespace leadrelay::ingest
