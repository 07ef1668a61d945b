// leadrelay-bench: how fast the whole path is, beside the bare broker path measured in the same
// run.
//
//   leadrelay-bench [MEASUREMENT ...] [--leads N] [--backlog N] [--crm NAME]
//
// Without names: all of them.  Starts a broker, a Redis, the three services, a sink (sink.h) and,
// where a CRM is needed, the sandbox, all of its own; waits until the books balance, and counts
// what arrived.  Exit code 1: a lead was lost, doubled or refused.  A goal that is missed is said
// and is no failure: it depends on the machine.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <unistd.h>

#include "tests/bench/measurements.h"
#include "tests/bench/sink.h"

namespace leadrelay::bench {
namespace {

struct Measurement {
  const char* name;
  const char* what;
  Section (*measure)(const Scale& scale);
};

constexpr Measurement kMeasurements[] = {
    {"one", "one webhook destination at full load", MeasureOne},
    {"three", "three webhook destinations at full load", MeasureThree},
    {"hubspot", "HubSpot in batches at full load", MeasureHubSpot},
    {"latency", "latency at 200 leads a second", MeasureLatency},
    {"slow-crm", "a backlog for a CRM that answers after 50 ms", MeasureSlowCrm},
    {"black-hole", "one of three destinations never answers", MeasureBlackHole},
    {"backlog", "a large backlog drains as fast as a small one", MeasureBacklog},
    {"destinations", "what 1, 10 and 100 destinations cost", MeasureDestinations},
    {"idle", "start, memory, and a minute without a lead", MeasureIdle},
    {"outage", "what ingest takes into its spool while the broker is away", MeasureOutage},
    {"rates", "how much of what CRMs let in is used", MeasureRates},
};

int Usage() {
  std::fprintf(
      stderr,
      "usage: leadrelay-bench [MEASUREMENT ...] [--leads N] [--backlog N] [--crm NAME]\n\n");
  for (const Measurement& each : kMeasurements) {
    std::fprintf(stderr, "  %-14s%s\n", each.name, each.what);
  }
  return 2;
}

int Run(const std::vector<std::string>& names, const Scale& scale) {
  std::printf("leadrelay bench: leads of 1 KiB, %ld cores, everything on this machine\n",
              sysconf(_SC_NPROCESSORS_ONLN));
  bool whole = true;
  for (const Measurement& each : kMeasurements) {
    const bool asked =
        names.empty() || std::find(names.begin(), names.end(), each.name) != names.end();
    if (!asked) continue;
    Progress(std::string(each.name) + ": " + each.what);
    const Section section = each.measure(scale);
    Print(section);
    whole = whole && section.whole;
  }
  return whole ? 0 : 1;
}

bool IsName(const char* text) {
  return std::any_of(std::begin(kMeasurements),
                     std::end(kMeasurements),
                     [text](const Measurement& each) { return std::strcmp(each.name, text) == 0; });
}

int Main(int argc, char** argv) {
  Scale scale;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (std::strcmp(argv[i], "--leads") == 0 && more) {
      scale.leads = std::atoll(argv[++i]);
    } else if (std::strcmp(argv[i], "--backlog") == 0 && more) {
      scale.backlog = std::atoll(argv[++i]);
    } else if (std::strcmp(argv[i], "--crm") == 0 && more) {
      scale.crm = argv[++i];
    } else if (IsName(argv[i])) {
      names.emplace_back(argv[i]);
    } else {
      return Usage();
    }
  }
  return Run(names, scale);
}

}  // namespace
}  // namespace leadrelay::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--sink") == 0) {
    return leadrelay::bench::RunSink(std::atoi(argv[2]), absl::Milliseconds(std::atoi(argv[3])));
  }
  return leadrelay::bench::Main(argc, argv);
}
