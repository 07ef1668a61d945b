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

struct PathFigures {
  LoadResult load;
  double delivered_per_second = 0;
  double ingest_cpu = 0;  // Seconds per 10,000 leads.
  double delivery_cpu = 0;
  double dlq_cpu = 0;
  double broker_cpu = 0;
  int64_t ingest_memory = 0;
  int64_t delivery_memory = 0;
  int64_t dlq_memory = 0;
  int64_t lost = 0;
  int64_t duplicates = 0;
};

// Sends `leads` to `destinations` webhook receivers at full load and waits for all of them.
PathFigures RunPath(e2e::Stack& stack,
                    const std::vector<std::string>& receivers,
                    int64_t leads,
                    int64_t first) {
  const pid_t broker = stack.broker_pid();
  const Usage ingest = UsageOf(stack.ingest().pid());
  const Usage delivery = UsageOf(stack.delivery().pid());
  const Usage dlq = UsageOf(stack.dlq().pid());
  const Usage broker_before = UsageOf(broker);
  std::vector<int64_t> before;
  for (const std::string& name : receivers) {
    before.push_back(stack.Reported("/webhook/receivers/" + name + "/records"));
  }

  const auto started = std::chrono::steady_clock::now();
  LoadOptions options;
  options.port = stack.ingest_port();
  options.api_key = std::string(e2e::kApiKey);
  options.leads = leads;
  options.first = first;
  PathFigures figures;
  figures.load = SendLeads(options);
  int64_t missing = 0;
  test::Eventually(
      [&] {
        missing = 0;
        for (size_t i = 0; i < receivers.size(); ++i) {
          missing += leads - (stack.Reported("/webhook/receivers/" + receivers[i] + "/records") -
                              before[i]);
        }
        return missing <= 0;
      },
      std::chrono::seconds(120));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  figures.lost = missing;
  for (const std::string& name : receivers) {
    figures.duplicates += stack.Reported("/webhook/receivers/" + name + "/repeats");
  }
  figures.delivered_per_second =
      static_cast<double>(leads * static_cast<int64_t>(receivers.size())) / seconds;
  for (const std::string& name : receivers) {
    stack.WaitForBalance(name, first + leads, std::chrono::seconds(60));
  }
  const double per_10k = 10'000.0 / static_cast<double>(leads);
  figures.ingest_cpu = (UsageOf(stack.ingest().pid()).cpu_seconds - ingest.cpu_seconds) * per_10k;
  figures.delivery_cpu =
      (UsageOf(stack.delivery().pid()).cpu_seconds - delivery.cpu_seconds) * per_10k;
  figures.dlq_cpu = (UsageOf(stack.dlq().pid()).cpu_seconds - dlq.cpu_seconds) * per_10k;
  figures.broker_cpu = (UsageOf(broker).cpu_seconds - broker_before.cpu_seconds) * per_10k;
  figures.ingest_memory = UsageOf(stack.ingest().pid()).resident_bytes;
  figures.delivery_memory = UsageOf(stack.delivery().pid()).resident_bytes;
  figures.dlq_memory = UsageOf(stack.dlq().pid()).resident_bytes;
  return figures;
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
  const char* concurrency = "    concurrency: 64";
  Progress("starting a broker, a Redis, the services and the sandbox");
  e2e::StackOptions options;
  options.destinations = e2e::WebhookDestination("one", concurrency);
  auto one = std::make_unique<e2e::Stack>(options);

  Progress("bare broker path, one quorum queue");
  BareOptions bare_options;
  bare_options.port = one->broker_port();
  bare_options.vhost = one->vhost();
  bare_options.messages = leads;
  const BareResult bare = RunBarePath(bare_options);

  Progress("warming up");
  (void)RunPath(*one, {"one"}, 500, 0);
  Progress(absl::StrCat("one webhook destination, ", leads, " leads at full load"));
  const PathFigures full = RunPath(*one, {"one"}, leads, 500);

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
  options.destinations = absl::StrCat(e2e::WebhookDestination("one", concurrency),
                                      e2e::WebhookDestination("two", concurrency),
                                      e2e::WebhookDestination("three", concurrency));
  auto three = std::make_unique<e2e::Stack>(options);
  (void)RunPath(*three, {"one", "two", "three"}, 500, 0);
  const PathFigures fan_out = RunPath(*three, {"one", "two", "three"}, leads, 500);
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
      {"CPU per 10,000 leads: broker", Seconds(full.broker_cpu), "yardstick"},
      {"CPU per 10,000 leads: ingest",
       Seconds(full.ingest_cpu),
       Ratio(full.ingest_cpu, full.broker_cpu) + " the broker"},
      {"CPU per 10,000 leads: delivery",
       Seconds(full.delivery_cpu),
       Ratio(full.delivery_cpu, full.broker_cpu) + " the broker"},
      {"CPU per 10,000 leads: dlq",
       Seconds(full.dlq_cpu),
       Ratio(full.dlq_cpu, full.broker_cpu) + " the broker"},
      {"memory: ingest", Megabytes(full.ingest_memory), ""},
      {"memory: delivery", Megabytes(full.delivery_memory), ""},
      {"memory: dlq", Megabytes(full.dlq_memory), ""},
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
  std::string crm;
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (std::strcmp(argv[i], "--leads") == 0 && more) leads = std::atoll(argv[++i]);
    if (std::strcmp(argv[i], "--rates") == 0) {
      rates_only = true;
      if (more) crm = argv[++i];
    }
  }
  const int failed = rates_only ? 0 : Run(leads);
  return PrintRates(crm) ? failed : 1;
}

}  // namespace leadrelay::bench

int main(int argc, char** argv) {
  return leadrelay::bench::Main(argc, argv);
}
