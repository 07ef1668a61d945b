// leadrelay-chaos: breaks everything around leads on their way, and counts them.
//
//   leadrelay-chaos                              every scenario
//   leadrelay-chaos kill poison ...              these
//   leadrelay-chaos replicas                     how several processes of delivery share a limit
//   leadrelay-chaos --faults 1000 --leads 1000000    one long run, faults of every kind
//   leadrelay-chaos --list
//
// Each run says its seed, and --seed brings the same faults in the same order again.  Ends with 0
// when nothing was lost, nothing was done twice, and no look at the books showed what cannot be.

#include <cstdio>
#include <random>

#include "absl/strings/str_cat.h"
#include <CLI/CLI.hpp>
#include <unistd.h>

#include "tests/chaos/scenarios.h"
#include "tests/chaos/table.h"

namespace leadrelay::chaos {
namespace {

constexpr char kReplicas[] = "replicas";

struct Options {
  std::vector<std::string> names;
  uint64_t seed = 0;
  int64_t faults = 0;
  int64_t leads = 0;
  int64_t full_every = 100;
  std::string folder = LEADRELAY_BINARY_DIR "/chaos";
  std::string log_level = "warning";
  bool list = false;
};

// One line that is written over, where somebody looks; else a line now and then.
void ShowProgress(const RunOptions& run, int64_t done, const std::string& line) {
  const int64_t faults = run.plan.faults;
  if (isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr,
                 "\r\033[K  %s %lld/%lld %s",
                 run.name.c_str(),
                 static_cast<long long>(done),
                 static_cast<long long>(faults),
                 line.substr(0, 120).c_str());
    if (done == faults) std::fprintf(stderr, "\n");
    return;
  }
  const int64_t every = std::max<int64_t>(1, faults / 20);
  if (done % every != 0 && done != faults) return;
  std::fprintf(stderr,
               "  %s %lld/%lld %s\n",
               run.name.c_str(),
               static_cast<long long>(done),
               static_cast<long long>(faults),
               line.c_str());
}

Verdict RunOne(RunOptions run, const Options& options) {
  run.plan.seed = options.seed;
  run.folder = absl::StrCat(options.folder, "/", run.name, "-", options.seed);
  run.world.log_level = options.log_level;
  run.progress = [&run](int64_t done, const std::string& line) { ShowProgress(run, done, line); };
  std::fprintf(stderr,
               "%s: %lld faults over %lld leads, seed %llu, log in %s\n",
               run.name.c_str(),
               static_cast<long long>(run.plan.faults),
               static_cast<long long>(run.leads),
               static_cast<unsigned long long>(run.plan.seed),
               run.folder.c_str());
  return RunChaos(run);
}

RunOptions LongRun(const Options& options) {
  RunOptions run;
  run.name = "long";
  run.plan.faults = options.faults;
  run.leads = options.leads > 0 ? options.leads : options.faults * 1000;
  run.full_every = options.full_every;
  run.world.webhooks = 3;
  return run;
}

std::vector<ReplicaVerdict> RunReplicas() {
  std::vector<ReplicaVerdict> verdicts;
  for (const int replicas : {2, 4}) {
    std::fprintf(stderr, "%d replicas of delivery on one limit\n", replicas);
    for (const bench::RateResult& each : bench::RunRates("hubspot", replicas)) {
      verdicts.push_back({replicas, each});
    }
  }
  return verdicts;
}

int Run(const Options& options) {
  std::vector<Verdict> verdicts;
  std::vector<ReplicaVerdict> replicas;
  if (options.faults > 0) {
    verdicts.push_back(RunOne(LongRun(options), options));
  } else {
    for (const Scenario& each : Scenarios()) {
      const bool wanted = options.names.empty() ||
                          std::ranges::find(options.names, each.name) != options.names.end();
      if (wanted) verdicts.push_back(RunOne(each.run, options));
    }
    for (const std::string& name : options.names) {
      if (name == "short") verdicts.push_back(RunOne(ShortScenario().run, options));
      if (name == kReplicas) replicas = RunReplicas();
    }
    if (options.names.empty()) replicas = RunReplicas();
  }
  if (!verdicts.empty()) PrintTable(verdicts);
  if (!replicas.empty()) PrintReplicas(replicas);
  const bool good = std::ranges::all_of(verdicts, &Verdict::good) &&
                    std::ranges::all_of(replicas, &ReplicaVerdict::good);
  std::printf("\nseed %llu: %s\n",
              static_cast<unsigned long long>(options.seed),
              good ? "nothing lost, nothing twice, the books held" : "FAILED");
  return good ? 0 : 1;
}

void List() {
  for (const Scenario& each : Scenarios()) {
    std::printf("%-14s %s; %lld faults over %lld leads\n",
                each.name.c_str(),
                each.what.c_str(),
                static_cast<long long>(each.run.plan.faults),
                static_cast<long long>(each.run.leads));
  }
  std::printf("%-14s 2 and 4 processes of delivery share a CRM's limit\n", kReplicas);
}

std::string CheckName(const std::string& name) {
  const bool known = name == "short" || name == kReplicas ||
                     std::ranges::find(Scenarios(), name, &Scenario::name) != Scenarios().end();
  return known ? "" : "there is no scenario " + name + "; --list has them";
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Breaks everything around leads on their way, and counts them.", "leadrelay-chaos");
  app.add_option("scenarios", options.names, "Only these")->check(CheckName);
  CLI::Option* seed = app.add_option("--seed", options.seed, "Of the plan of faults");
  app.add_option("--faults", options.faults, "One run with so many faults of every kind");
  app.add_option("--leads", options.leads, "... over so many leads (1000 for each fault)");
  app.add_option("--full-every",
                 options.full_every,
                 "... of which every so many-th goes to the CRMs with deals and notes, too")
      ->capture_default_str();
  app.add_option("--folder", options.folder, "For logs")->capture_default_str();
  app.add_option("--log-level", options.log_level, "Of the services")->capture_default_str();
  app.add_flag("--list", options.list, "Say what there is");
  CLI11_PARSE(app, argc, argv);
  if (options.list) {
    List();
    return 0;
  }
  if (seed->count() == 0) options.seed = std::random_device{}() % 1'000'000;
  return Run(options);
}

}  // namespace
}  // namespace leadrelay::chaos

int main(int argc, char** argv) {
  return leadrelay::chaos::Main(argc, argv);
}
