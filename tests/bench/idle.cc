// Start, memory, and what a minute costs in which nothing happens.

#include <chrono>
#include <functional>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "tests/bench/costs.h"
#include "tests/bench/measurements.h"
#include "tests/bench/sink.h"
#include "tests/bench/usage.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {
namespace {

constexpr std::chrono::seconds kMinute(60);

double SecondsOf(const std::function<void()>& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

void AddStart(Section& section, const char* service, double seconds) {
  section.figures.push_back(AtMostOf(
      absl::StrCat(service, ": start to ready"), Millis(seconds), seconds * 1e3, 300, "ms"));
}

void AddMemory(Section& section, const char* service, pid_t pid) {
  const int64_t bytes = UsageOf(pid).resident_bytes;
  section.figures.push_back(AtMostOf(absl::StrCat(service, ": memory, idle"),
                                     Megabytes(bytes),
                                     static_cast<double>(bytes) / (1 << 20),
                                     15,
                                     "MB"));
}

void AddIdleCpu(Section& section, const char* service, double seconds) {
  const double share = seconds / std::chrono::duration<double>(kMinute).count();
  section.figures.push_back(AtMostOf(absl::StrCat(service, ": CPU, idle"),
                                     absl::StrCat(share * 100, " %"),
                                     share * 100,
                                     0.2,
                                     "% of a core"));
}

}  // namespace

Section MeasureIdle(const Scale&) {
  const Sink sink;
  e2e::StackOptions options;
  options.destinations =
      absl::StrCat(sink.Destination("one"), sink.Destination("two"), sink.Destination("three"));
  e2e::Stack stack(options);
  Section section;
  section.title = "Idle, three destinations";
  AddStart(section, "ingest", SecondsOf([&] {
             stack.ingest().Kill9();
             stack.StartIngest();
           }));
  AddStart(section, "delivery", SecondsOf([&] { stack.RestartDelivery(0); }));
  AddStart(section, "dlq", SecondsOf([&] {
             stack.dlq().Kill9();
             stack.StartDlq();
           }));
  AddMemory(section, "ingest", stack.ingest().pid());
  AddMemory(section, "delivery", stack.delivery().pid());
  AddMemory(section, "dlq", stack.dlq().pid());

  Progress("a minute without a lead");
  const Costs costs(stack, &sink);
  const Cost before = costs.Read();
  const int64_t commands = RedisCommands(stack.redis_port());
  std::this_thread::sleep_for(kMinute);  // The measurement itself.
  const Cost after = costs.Read();
  const double per_second = static_cast<double>(RedisCommands(stack.redis_port()) - commands - 1) /
                            std::chrono::duration<double>(kMinute).count();
  AddIdleCpu(section, "ingest", after.ingest - before.ingest);
  AddIdleCpu(section, "delivery", after.delivery - before.delivery);
  AddIdleCpu(section, "dlq", after.dlq - before.dlq);
  section.figures.push_back(
      AtMostOf("commands of Redis", absl::StrCat(per_second, "/s"), per_second, 5, "a second"));
  return section;
}

}  // namespace leadrelay::bench
