// simulate: runs schedules.
//
//   simulate --seeds 100000 [--first 1] [--jobs 2]   prints the counts; a failing seed, and how to
//                                                    repeat it
//   simulate --seed 4711                             that one, with its trace

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/simulation/schedule.h"

namespace leadrelay::simulation {
namespace {

// What a job tells the others, in memory that they share.
struct Report {
  int64_t schedules = 0;
  int64_t steps = 0;
  int64_t failures = 0;
  uint64_t seed = 0;  // Under way.
};

void Print(uint64_t seed, const Verdict& verdict) {
  for (const std::string& line : verdict.trace) std::printf("%s\n", line.c_str());
  std::printf("seed %llu: %lld steps, digest %016llx\n",
              static_cast<unsigned long long>(seed),
              static_cast<long long>(verdict.steps),
              static_cast<unsigned long long>(verdict.digest));
  for (const std::string& each : verdict.violations) std::printf("  %s\n", each.c_str());
}

void RunJob(uint64_t first, uint64_t last, uint64_t step, int64_t most_failures, Report& report) {
  Stage stage;
  for (uint64_t seed = first; seed <= last && report.failures < most_failures; seed += step) {
    report.seed = seed;
    const Verdict verdict = RunSchedule(stage, seed, false);
    ++report.schedules;
    report.steps += verdict.steps;
    if (verdict.violations.empty()) continue;
    ++report.failures;
    std::printf("seed %llu fails: %s\n  repeat it: simulate --seed %llu\n",
                static_cast<unsigned long long>(seed),
                verdict.violations.front().c_str(),
                static_cast<unsigned long long>(seed));
    std::fflush(stdout);
  }
  report.seed = 0;
}

int RunAll(uint64_t first, uint64_t seeds, int jobs, int64_t most_failures) {
  const size_t bytes = sizeof(Report) * static_cast<size_t>(jobs);
  auto* reports = static_cast<Report*>(
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  std::vector<pid_t> children;
  for (int job = 0; job < jobs; ++job) {
    const pid_t child = fork();
    if (child == 0) {
      const auto offset = static_cast<uint64_t>(job);
      RunJob(first + offset,
             first + seeds - 1,
             static_cast<uint64_t>(jobs),
             most_failures,
             reports[job]);
      _exit(reports[job].failures == 0 ? 0 : 1);
    }
    children.push_back(child);
  }
  Report all;
  bool failed = false;
  for (int job = 0; job < jobs; ++job) {
    int status = 0;
    waitpid(children[static_cast<size_t>(job)], &status, 0);
    failed |= status != 0;
    if (WIFSIGNALED(status)) {
      std::printf("seed %llu ends the program by signal %d\n",
                  static_cast<unsigned long long>(reports[job].seed),
                  WTERMSIG(status));
    }
    all.schedules += reports[job].schedules;
    all.steps += reports[job].steps;
    all.failures += reports[job].failures;
  }
  std::printf("%lld schedules, %lld steps, %lld failures\n",
              static_cast<long long>(all.schedules),
              static_cast<long long>(all.steps),
              static_cast<long long>(all.failures));
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace leadrelay::simulation

int main(int argc, char** argv) {
  using namespace leadrelay::simulation;  // NOLINT(google-build-using-namespace): main only.
  CLI::App app("Runs schedules of the simulated world.");
  uint64_t seed = 0;
  uint64_t first = 1;
  uint64_t seeds = 1000;
  int jobs = 1;
  int64_t most_failures = 1;
  app.add_option("--seed", seed, "This one alone, with its trace");
  app.add_option("--first", first, "The first seed");
  app.add_option("--seeds", seeds, "How many");
  app.add_option("--jobs", jobs, "Processes side by side")->check(CLI::Range(1, 64));
  app.add_option("--failures", most_failures, "A job stops after so many");
  CLI11_PARSE(app, argc, argv);
  if (seed == 0) return RunAll(first, seeds, jobs, most_failures);
  Stage stage;
  const Verdict verdict = RunSchedule(stage, seed, true);
  Print(seed, verdict);
  return verdict.violations.empty() ? 0 : 1;
}
