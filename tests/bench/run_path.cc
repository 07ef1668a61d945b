#include "tests/bench/run_path.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <unistd.h>

#include "tests/bench/usage.h"

namespace leadrelay::bench {
namespace {

pid_t RedisPid(int port) {
  const std::string command =
      absl::StrCat("redis-cli -p ", port, " info server | sed -n 's/^process_id://p'");
  FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): our own text.
  char line[32] = "";
  if (pipe == nullptr || std::fgets(line, sizeof line, pipe) == nullptr) return -1;
  pclose(pipe);
  return std::atoi(line);
}

double IdleSeconds() {
  std::ifstream file("/proc/stat");
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> fields = absl::StrSplit(line, ' ', absl::SkipEmpty());
  if (fields.size() < 6) return 0;
  const double ticks = std::atof(fields[4].c_str()) + std::atof(fields[5].c_str());
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

class Meter {
 public:
  Meter(e2e::Stack& stack, const Sink& sink)
      : stack_(stack), sink_(sink), redis_(RedisPid(stack.redis_port())) {}

  Cost Read() const {
    Cost cost;
    cost.broker = UsageOf(stack_.broker_pid()).cpu_seconds;
    cost.redis = UsageOf(redis_).cpu_seconds;
    cost.ingest = UsageOf(stack_.ingest().pid()).cpu_seconds;
    cost.delivery = UsageOf(stack_.delivery().pid()).cpu_seconds;
    cost.dlq = UsageOf(stack_.dlq().pid()).cpu_seconds;
    cost.sink = UsageOf(sink_.pid()).cpu_seconds;
    cost.load = OwnCpuSeconds();
    cost.idle = IdleSeconds();
    return cost;
  }

 private:
  e2e::Stack& stack_;
  const Sink& sink_;
  const pid_t redis_;
};

Cost Per10k(const Cost& from, const Cost& to, int64_t leads) {
  const double share = 10'000.0 / static_cast<double>(leads);
  Cost cost;
  cost.broker = (to.broker - from.broker) * share;
  cost.redis = (to.redis - from.redis) * share;
  cost.ingest = (to.ingest - from.ingest) * share;
  cost.delivery = (to.delivery - from.delivery) * share;
  cost.dlq = (to.dlq - from.dlq) * share;
  cost.sink = (to.sink - from.sink) * share;
  cost.load = (to.load - from.load) * share;
  cost.idle = (to.idle - from.idle) * share;
  return cost;
}

}  // namespace

PathResult RunPath(e2e::Stack& stack,
                   const Sink& sink,
                   const std::vector<std::string>& names,
                   LoadOptions options,
                   int64_t before) {
  options.port = stack.ingest_port();
  options.api_key = std::string(e2e::kApiKey);
  std::vector<Sink::Count> counted;
  for (const std::string& name : names) counted.push_back(sink.CountOf(name));
  const Meter meter(stack, sink);
  const Cost cost_before = meter.Read();
  const absl::Time started = absl::Now();

  PathResult result;
  result.load = SendLeads(options);
  absl::Time last_arrival = started;
  test::Eventually(
      [&] {
        result.lost = 0;
        for (size_t i = 0; i < names.size(); ++i) {
          const Sink::Count now = sink.CountOf(names[i]);
          result.lost += options.leads - (now.distinct - counted[i].distinct);
          last_arrival = std::max(last_arrival, now.last_at);
        }
        return result.lost <= 0;
      },
      std::chrono::seconds(120));
  const double idle_after = IdleSeconds();
  for (size_t i = 0; i < names.size(); ++i) {
    result.duplicates += sink.CountOf(names[i]).repeats - counted[i].repeats;
  }
  result.delivered_per_second =
      static_cast<double>(options.leads * static_cast<int64_t>(names.size())) /
      absl::ToDoubleSeconds(last_arrival - started);
  for (const std::string& name : names) {
    stack.WaitForBalance(name, before + options.leads, std::chrono::seconds(120));
  }
  Cost cost_after = meter.Read();
  cost_after.idle = idle_after;
  result.per_10k = Per10k(cost_before, cost_after, options.leads);
  result.resident = Memory{UsageOf(stack.ingest().pid()).resident_bytes,
                           UsageOf(stack.delivery().pid()).resident_bytes,
                           UsageOf(stack.dlq().pid()).resident_bytes};
  return result;
}

}  // namespace leadrelay::bench
