#include "tests/bench/costs.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <unistd.h>

#include "tests/bench/usage.h"

namespace leadrelay::bench {
namespace {

// 0 when Redis does not say.
int64_t RedisInfo(int port, const std::string& field) {
  const std::string command =
      absl::StrCat("redis-cli -p ", port, " info | sed -n 's/^", field, "://p'");
  FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): our own text.
  if (pipe == nullptr) return 0;
  char line[32] = "";
  const bool read = std::fgets(line, sizeof line, pipe) != nullptr;
  pclose(pipe);
  return read ? std::atoll(line) : 0;
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

}  // namespace

int64_t RedisCommands(int port) {
  return RedisInfo(port, "total_commands_processed");
}

Costs::Costs(e2e::Stack& stack, const Sink* sink)
    : stack_(stack),
      sink_(sink),
      redis_(static_cast<pid_t>(RedisInfo(stack.redis_port(), "process_id"))) {}

Cost Costs::Read() const {
  Cost cost;
  cost.broker = UsageOf(stack_.broker_pid()).cpu_seconds;
  cost.redis = UsageOf(redis_).cpu_seconds;
  cost.ingest = UsageOf(stack_.ingest().pid()).cpu_seconds;
  cost.delivery = UsageOf(stack_.delivery().pid()).cpu_seconds;
  cost.dlq = UsageOf(stack_.dlq().pid()).cpu_seconds;
  if (sink_ != nullptr) cost.sink = UsageOf(sink_->pid()).cpu_seconds;
  cost.load = OwnCpuSeconds();
  cost.idle = IdleSeconds();
  return cost;
}

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

}  // namespace leadrelay::bench
