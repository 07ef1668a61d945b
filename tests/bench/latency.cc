// At 200 leads a second: what our path adds to the bare broker hop.

#include "absl/strings/str_cat.h"

#include "tests/bench/bare_path.h"
#include "tests/bench/load.h"
#include "tests/bench/measurements.h"
#include "tests/bench/sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {
namespace {

constexpr int64_t kWarmUp = 200;
constexpr int64_t kLeads = 2000;

void AddLatency(
    Section& section, const std::string& what, double p50, double p99, const BareResult& bare) {
  const auto added = [&](const char* share, double measured, double bare_hop, double goal) {
    const double above = std::max(0.0, (measured - bare_hop) * 1e3);
    section.figures.push_back(AtMostOf(absl::StrCat(what, ", ", share, " above the bare hop"),
                                       Millis(above * 1e-3),
                                       above,
                                       goal,
                                       "ms"));
  };
  section.figures.push_back({what + ", p50 / p99", absl::StrCat(Millis(p50), " / ", Millis(p99))});
  added("p50", p50, bare.latency_p50, 1);
  added("p99", p99, bare.latency_p99, 4);
}

}  // namespace

Section MeasureLatency(const Scale&) {
  Sink sink;
  e2e::StackOptions options;
  options.destinations = sink.Destination("one");
  e2e::Stack stack(options);
  BareOptions bare_options;
  bare_options.port = stack.broker_port();
  bare_options.vhost = stack.vhost();
  bare_options.messages = 1000;
  const BareResult bare = RunBarePath(bare_options);

  LoadOptions load;
  load.port = stack.ingest_port();
  load.api_key = std::string(e2e::kApiKey);
  load.leads = kWarmUp;
  load.per_second = 200;
  (void)SendLeads(load);
  stack.WaitForBalance("one", kWarmUp);
  (void)sink.TakeLatencies("one");
  load.first = kWarmUp;
  load.leads = kLeads;
  const LoadResult sent = SendLeads(load);
  stack.WaitForBalance("one", kWarmUp + kLeads);
  const Sink::Latencies arrived = sink.TakeLatencies("one");

  Section section;
  section.title = absl::StrCat("200 leads a second, ", kLeads, " of them");
  section.figures = {{"bare hop, publish to consume, p50 / p99",
                      absl::StrCat(Millis(bare.latency_p50), " / ", Millis(bare.latency_p99)),
                      "yardstick"}};
  AddLatency(section, "accept", sent.Percentile(0.5), sent.Percentile(0.99), bare);
  AddLatency(section, "end to end", arrived.p50, arrived.p99, bare);
  MustBeNone(section, "refused", sent.refused);
  MustBeNone(section, "lost", kWarmUp + kLeads - sink.CountOf("one").distinct);
  return section;
}

}  // namespace leadrelay::bench
