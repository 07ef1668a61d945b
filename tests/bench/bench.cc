// leadrelay-bench: how fast the whole path is, beside the bare broker path measured in the same
// run.
//
//   leadrelay-bench [--leads N]       everything
//   leadrelay-bench --rates [CRM]     only the effective rates under the CRMs' own limits
//
// Starts a broker, a Redis, the three services and the sandbox of its own; sends leads over HTTP,
// waits until the books balance, and counts at the sandbox what arrived: a run with a lost or a
// doubled lead fails.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <unistd.h>

#include "tests/bench/bare_path.h"
#include "tests/bench/load.h"
#include "tests/bench/rates.h"
#include "tests/bench/run_path.h"
#include "tests/bench/sink.h"
#include "tests/bench/usage.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {
namespace {

struct Row {
  std::string figure;
  std::string value;
  std::string beside;  // The yardstick, or the ratio to it.
};

std::string Rate(double per_second) {
  char text[64];
  std::snprintf(text, sizeof text, "%.0f/s", per_second);
  return text;
}

std::string Millis(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f ms", seconds * 1e3);
  return text;
}

std::string Seconds(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f s", seconds);
  return text;
}

std::string Ratio(double a, double b) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f x", b > 0 ? a / b : 0);
  return text;
}

std::string Megabytes(int64_t bytes) {
  return absl::StrCat(bytes >> 20, " MB");
}

void Progress(const std::string& what) {
  std::fprintf(stderr, "  %s\n", what.c_str());
}

LoadOptions Leads(int64_t count, int64_t first) {
  LoadOptions options;
  options.leads = count;
  options.first = first;
  options.connections = 256;
  return options;
}

void Print(const std::vector<Row>& rows) {
  size_t widest = 0;
  for (const Row& row : rows) widest = std::max(widest, row.figure.size());
  for (const Row& row : rows) {
    std::printf("  %-*s  %12s   %s\n",
                static_cast<int>(widest),
                row.figure.c_str(),
                row.value.c_str(),
                row.beside.c_str());
  }
}

// Returns whether nothing was lost, doubled or refused.
bool PrintRates(const std::string& only) {
  Progress("effective rates under the CRMs' own limits");
  const std::vector<RateResult> results = RunRates(only);
  std::printf("\nEffective rate under the CRM's own limit, with a backlog\n\n");
  std::printf("  %-19s %-52s %8s %9s %6s %11s %9s %7s\n",
              "",
              "allowed",
              "leads/s",
              "delivered",
              "share",
              "a request",
              "fullest",
              "refused");
  bool whole = true;
  for (const RateResult& each : results) {
    std::printf("  %-19s %-52s %8.1f %9.1f %6.3f %11.1f %5lld/%-3lld %7lld\n",
                each.crm.c_str(),
                each.allowed.c_str(),
                each.allowed_per_second,
                each.used_per_second,
                each.Share(),
                each.leads_per_request,
                static_cast<long long>(each.fullest),
                static_cast<long long>(each.limit),
                static_cast<long long>(each.refused));
    if (each.Whole()) continue;
    whole = false;
    std::printf(
        "  %-14s %lld leads are not there once\n", "", static_cast<long long>(each.missing));
  }
  return whole;
}

int Run(int64_t leads) {
  const char* concurrency = "    concurrency: 64\n";
  const Sink sink;
  Progress("starting a broker, a Redis, the services and the sandbox");
  e2e::StackOptions options;
  options.destinations = sink.Destination("one", concurrency);
  auto one = std::make_unique<e2e::Stack>(options);

  Progress("bare broker path, one quorum queue");
  BareOptions bare_options;
  bare_options.port = one->broker_port();
  bare_options.vhost = one->vhost();
  bare_options.messages = leads;
  const BareResult bare = RunBarePath(bare_options);

  Progress("warming up");
  (void)RunPath(*one, sink, {"one"}, Leads(500, 0), 0);
  Progress(absl::StrCat("one webhook destination, ", leads, " leads at full load"));
  const PathResult full = RunPath(*one, sink, {"one"}, Leads(leads, 500), 500);

  Progress("200 leads a second");
  LoadOptions paced;
  paced.port = one->ingest_port();
  paced.api_key = std::string(e2e::kApiKey);
  paced.leads = 1000;
  paced.first = 10'000'000;
  paced.per_second = 200;
  const LoadResult slow = SendLeads(paced);
  one.reset();

  Progress(absl::StrCat("three webhook destinations, ", leads, " leads at full load"));
  options.destinations = absl::StrCat(sink.Destination("one", concurrency),
                                      sink.Destination("two", concurrency),
                                      sink.Destination("three", concurrency));
  auto three = std::make_unique<e2e::Stack>(options);
  (void)RunPath(*three, sink, {"one", "two", "three"}, Leads(500, 20'000'000), 0);
  const PathResult fan_out =
      RunPath(*three, sink, {"one", "two", "three"}, Leads(leads, 30'000'000), 500);
  three.reset();

  std::printf("\nleadrelay bench: %lld leads of 1 KiB, %ld cores, everything on this machine\n\n",
              static_cast<long long>(leads),
              sysconf(_SC_NPROCESSORS_ONLN));
  Print({
      {"bare path: publish + confirm", Rate(bare.publish_per_second), "yardstick"},
      {"bare path: publish + consume + ack", Rate(bare.hop_per_second), "yardstick"},
      {"bare path at 200/s, p50 / p99", Millis(bare.latency_p50), Millis(bare.latency_p99)},
      {"accepted",
       Rate(static_cast<double>(full.load.accepted) / full.load.seconds),
       Ratio(static_cast<double>(full.load.accepted) / full.load.seconds, bare.publish_per_second) +
           " of the bare publish"},
      {"delivered, one destination",
       Rate(full.delivered_per_second),
       Ratio(full.delivered_per_second, bare.hop_per_second) + " of the bare hop"},
      {"delivered, three destinations",
       Rate(fan_out.delivered_per_second),
       Ratio(fan_out.delivered_per_second, bare.hop_per_second) + " of the bare hop"},
      {"accept latency at full load, p50 / p99",
       Millis(full.load.Percentile(0.5)),
       Millis(full.load.Percentile(0.99))},
      {"accept latency at 200/s, p50 / p99",
       Millis(slow.Percentile(0.5)),
       Millis(slow.Percentile(0.99))},
      {"CPU per 10,000 leads: broker", Seconds(full.per_10k.broker), "yardstick"},
      {"CPU per 10,000 leads: ingest",
       Seconds(full.per_10k.ingest),
       Ratio(full.per_10k.ingest, full.per_10k.broker) + " the broker"},
      {"CPU per 10,000 leads: delivery",
       Seconds(full.per_10k.delivery),
       Ratio(full.per_10k.delivery, full.per_10k.broker) + " the broker"},
      {"CPU per 10,000 leads: dlq",
       Seconds(full.per_10k.dlq),
       Ratio(full.per_10k.dlq, full.per_10k.broker) + " the broker"},
      {"CPU per 10,000 leads: redis", Seconds(full.per_10k.redis), ""},
      {"CPU per 10,000 leads: sink", Seconds(full.per_10k.sink), ""},
      {"CPU per 10,000 leads: load generator", Seconds(full.per_10k.load), ""},
      {"idle while 10,000 leads were under way", Seconds(full.per_10k.idle), ""},
      {"memory: ingest", Megabytes(full.resident.ingest), ""},
      {"memory: delivery", Megabytes(full.resident.delivery), ""},
      {"memory: dlq", Megabytes(full.resident.dlq), ""},
      {"lost", absl::StrCat(full.lost + fan_out.lost), "must be 0"},
      {"duplicates", absl::StrCat(full.duplicates + fan_out.duplicates), "must be 0"},
  });
  const bool whole = full.lost + fan_out.lost == 0 && full.duplicates + fan_out.duplicates == 0 &&
                     full.load.refused + fan_out.load.refused == 0;
  if (!whole)
    std::printf("\nA lead was lost, doubled or refused: these figures are worth nothing.\n");
  return whole ? 0 : 1;
}

}  // namespace

int Main(int argc, char** argv) {
  int64_t leads = 20'000;
  bool rates_only = false;
  bool rates = true;
  std::string crm;
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (std::strcmp(argv[i], "--leads") == 0 && more) leads = std::atoll(argv[++i]);
    if (std::strcmp(argv[i], "--no-rates") == 0) rates = false;
    if (std::strcmp(argv[i], "--rates") == 0) {
      rates_only = true;
      if (more) crm = argv[++i];
    }
  }
  const int failed = rates_only ? 0 : Run(leads);
  if (!rates) return failed;
  return PrintRates(crm) ? failed : 1;
}

}  // namespace leadrelay::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--sink") == 0) {
    return leadrelay::bench::RunSink(std::atoi(argv[2]), absl::Milliseconds(std::atoi(argv[3])));
  }
  return leadrelay::bench::Main(argc, argv);
}
