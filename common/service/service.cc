#include "common/service/service.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include <sys/resource.h>

#include "common/config/source.h"
#include "common/coro/shutdown.h"
#include "common/observe/log.h"
#include "common/service/process_metrics.h"
#include "common/status/abseil.h"

namespace leadrelay::service {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

[[noreturn]] void CutOff(absl::Duration grace) {
  observe::Error("not drained in time, leaving what is in hand to the broker")
      .Millis("grace_ms", grace);
  observe::StopLog();
  std::_Exit(kFailed);
}

// Every connection is a file, and a thousand, which is what many systems begin with, are fewer than
// clients may have.  What may not be had is not missed before it is needed.
void AllowAllFiles() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &files);
}

struct Run {
  const ServiceOptions& options;
  const Body& body;
  const config::Config& config;
  coro::Loop& loop;
  observe::Metrics& metrics;
  absl::Status ended;
};

coro::Task<void> Main(Run& run) {
  coro::Timers timers(run.loop);
  coro::Shutdown shutdown(run.loop);
  observe::Health health(timers.clock());
  ServiceContext context{run.config, run.loop, timers, run.metrics, health, shutdown.stop_token()};
  {
    std::optional<coro::Timers::Alarm> cut_off;
    std::stop_callback on_stop(shutdown.stop_token(), [&] {
      observe::Info("stopping").Millis("grace_ms", run.options.grace);
      cut_off.emplace(timers, run.options.grace, [&run] { CutOff(run.options.grace); });
    });
    run.ended = co_await run.body(context);
  }
  shutdown.Close();
  timers.Close();
}

int RunBody(const ServiceOptions& options, const Body& body, const config::Config& config) {
  observe::StartLog(options.name, observe::ParseLevel(config.log.level));
  observe::Info("starting").Text("version", LEADRELAY_VERSION);
  observe::Metrics metrics;
  metrics
      .Gauge("leadrelay_build_info",
             "Always 1; the labels say what is running.",
             {{"service", options.name}, {"version", LEADRELAY_VERSION}})
      .Set(1);
  (void)ProcessMetrics();  // Notes when the process started.

  absl::Status ended;
  {
    coro::Loop loop;
    Run run{options, body, config, loop, metrics, absl::OkStatus()};
    loop.Run(Main(run));
    ended = std::move(run.ended);
  }
  if (ended.ok()) {
    observe::Info("stopped");
  } else {
    observe::Error("stopped by a failure").Error(ended);
  }
  observe::StopLog();
  return ended.ok() ? EXIT_SUCCESS : kFailed;
}

}  // namespace

int RunService(int argc, char** argv, const ServiceOptions& options, const Body& body) {
  // A peer that has gone, or a file that may not grow, is an error of the write and not our end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  AllowAllFiles();
  const std::string program = absl::StrCat("leadrelay-", options.name);
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  std::variant<Arguments, Answered> parsed =
      ParseArguments(program, options.summary, words, options.flags);
  if (const auto* answered = std::get_if<Answered>(&parsed)) {
    std::fputs(answered->text.c_str(), answered->exit_code == 0 ? stdout : stderr);
    return answered->exit_code;
  }
  const Arguments& arguments = std::get<Arguments>(parsed);

  const absl::StatusOr<config::Source> source =
      config::FindSource(arguments.config_path, config::Environment::Process());
  if (!source.ok()) {
    std::fprintf(stderr,
                 "%s: %s%s\n",
                 program.c_str(),
                 std::string(ToStd(source.status().message())).c_str(),
                 absl::IsNotFound(source.status())
                     ? ": give the file's path with --config or LEADRELAY_CONFIG"
                     : "");
    return kUsage;
  }
  config::Faults faults;  // Outlives the configuration, whose sections report to it.
  config::Config config = config::Load(source->text, source->environment, faults, options.reader);
  if (faults.empty() && options.check != nullptr) options.check(config, faults);
  if (!faults.empty()) {
    std::fputs(faults.ToText(source->name).c_str(), stderr);
    return arguments.check ? kFailed : kUsage;
  }
  if (arguments.check) {
    std::printf("%s: no faults\n", source->name.c_str());
    return EXIT_SUCCESS;
  }
  return RunBody(options, body, config);
}

}  // namespace leadrelay::service
