// At full load: how much the path takes, and what it costs whom.

#include <memory>

#include "absl/strings/str_cat.h"

#include "tests/bench/bare_path.h"
#include "tests/bench/costs.h"
#include "tests/bench/measurements.h"
#include "tests/bench/run_path.h"
#include "tests/bench/sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {
namespace {

constexpr int64_t kWarmUp = 500;
constexpr char kConcurrency[] = "    concurrency: 64\n";

LoadOptions Leads(int64_t count, int64_t first) {
  LoadOptions options;
  options.leads = count;
  options.first = first;
  options.connections = 256;
  return options;
}

BareResult Bare(e2e::Stack& stack, int64_t messages, int queues) {
  Progress(absl::StrCat("the bare broker path, ", queues, " quorum queues"));
  BareOptions options;
  options.port = stack.broker_port();
  options.vhost = stack.vhost();
  options.messages = messages;
  options.queues = queues;
  options.paced = false;
  return RunBarePath(options);
}

void AddCounts(Section& section, const PathResult& result) {
  MustBeNone(section, "refused", result.load.refused);
  MustBeNone(section, "lost", result.lost);
  MustBeNone(section, "duplicates", result.duplicates);
}

void AddCosts(Section& section, const Cost& cost, double delivery_goal) {
  const std::string per = "CPU for 10,000 leads: ";
  std::vector<Figure>& figures = section.figures;
  figures.push_back({per + "broker", Seconds(cost.broker), "yardstick"});
  figures.push_back(
      AtMost(per + "ingest", Seconds(cost.ingest), cost.ingest / cost.broker, 0.5, "the broker"));
  figures.push_back(AtMost(per + "delivery",
                           Seconds(cost.delivery),
                           cost.delivery / cost.broker,
                           delivery_goal,
                           "the broker"));
  figures.push_back({per + "dlq", Seconds(cost.dlq)});
  figures.push_back({per + "redis", Seconds(cost.redis)});
  figures.push_back({per + "receiver", Seconds(cost.sink)});
  figures.push_back({per + "load generator", Seconds(cost.load)});
  figures.push_back({"cores idle meanwhile", Seconds(cost.idle)});
}

}  // namespace

Section MeasureOne(const Scale& scale) {
  const Sink sink;
  e2e::StackOptions options;
  options.destinations = sink.Destination("one", kConcurrency);
  e2e::Stack stack(options);
  const BareResult bare = Bare(stack, scale.leads, 1);
  Progress(absl::StrCat(scale.leads, " leads"));
  (void)RunPath(stack, sink, {"one"}, Leads(kWarmUp, 0), 0);
  const PathResult result = RunPath(stack, sink, {"one"}, Leads(scale.leads, kWarmUp), kWarmUp);

  const double accepted = static_cast<double>(result.load.accepted) / result.load.seconds;
  Section section;
  section.title = absl::StrCat("One webhook destination, ", scale.leads, " leads at full load");
  section.figures = {
      {"bare path: publish + confirm", Rate(bare.publish_per_second), "yardstick"},
      {"bare path: publish + consume + ack", Rate(bare.hop_per_second), "yardstick"},
      {"accepted",
       Rate(accepted),
       absl::StrCat("the latency of an answer, p50 / p99: ",
                    Millis(result.load.Percentile(0.5)),
                    " / ",
                    Millis(result.load.Percentile(0.99)))},
      AtLeast("delivered",
              Rate(result.delivered_per_second),
              result.delivered_per_second / bare.hop_per_second,
              0.55,
              "the bare hop"),
  };
  AddCosts(section, result.per_10k, 1.0);
  section.figures.push_back({"memory: ingest", Megabytes(result.resident.ingest)});
  section.figures.push_back({"memory: delivery", Megabytes(result.resident.delivery)});
  section.figures.push_back({"memory: dlq", Megabytes(result.resident.dlq)});
  AddCounts(section, result);
  return section;
}

Section MeasureThree(const Scale& scale) {
  const Sink sink;
  const std::vector<std::string> names = {"one", "two", "three"};
  e2e::StackOptions options;
  for (const std::string& name : names) {
    absl::StrAppend(&options.destinations, sink.Destination(name, kConcurrency));
  }
  e2e::Stack stack(options);
  const BareResult bare = Bare(stack, scale.leads, 3);
  Progress(absl::StrCat(scale.leads, " leads"));
  (void)RunPath(stack, sink, names, Leads(kWarmUp, 0), 0);
  const PathResult result = RunPath(stack, sink, names, Leads(scale.leads, kWarmUp), kWarmUp);

  Section section;
  section.title = absl::StrCat("Three webhook destinations, ", scale.leads, " leads at full load");
  section.figures = {
      {"bare path: publish to 3, consume + ack", Rate(3 * bare.hop_per_second), "yardstick"},
      AtLeast("delivered",
              Rate(result.delivered_per_second),
              result.delivered_per_second / (3 * bare.hop_per_second),
              0.65,
              "the bare path"),
  };
  AddCosts(section, result.per_10k, 3.0);
  AddCounts(section, result);
  return section;
}

// The sandbox is what HubSpot is: no part of the cost.  Its limits and ours are out of the way.
Section MeasureHubSpot(const Scale& scale) {
  e2e::StackOptions options;
  options.destinations = e2e::HubSpotDestination("hubspot");
  e2e::Stack stack(options);
  for (const char* window : {"TEN_SECONDLY_ROLLING", "DAILY"}) {
    stack.Limit("hubspot", window, 1'000'000'000);
  }
  Progress(absl::StrCat(scale.leads, " leads"));
  const Costs costs(stack);
  const Cost before = costs.Read();
  LoadOptions load = Leads(scale.leads, 0);
  load.port = stack.ingest_port();
  load.api_key = std::string(e2e::kApiKey);
  const absl::Time started = absl::Now();
  const LoadResult sent = SendLeads(load);
  const bool balanced = stack.WaitForBalance("hubspot", sent.accepted, std::chrono::seconds(120));
  const absl::Duration took = absl::Now() - started;
  const Cost cost = Per10k(before, costs.Read(), scale.leads);

  Section section;
  section.title = absl::StrCat("HubSpot in batches, ", scale.leads, " leads at full load");
  section.figures = {{"delivered",
                      Rate(static_cast<double>(scale.leads) / absl::ToDoubleSeconds(took)),
                      absl::StrCat("in ", stack.Arrivals("hubspot", "DAILY").size(), " requests")}};
  AddCosts(section, cost, 0.4);
  MustBeNone(section, "refused", sent.refused);
  MustBeNone(section,
             "not there once",
             balanced ? std::abs(scale.leads - stack.Reported("/hubspot/contacts")) : scale.leads);
  return section;
}

}  // namespace leadrelay::bench
