#include "tests/chaos/injector.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <sys/resource.h>

namespace leadrelay::chaos {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

// delivery.grace, and time for a machine that others use as well.
constexpr seconds kDrained(10 + 10);

// "delivery-1" -> 1
size_t IndexOf(const std::string& service) {
  const size_t dash = service.find('-');
  return dash == std::string::npos ? 0 : static_cast<size_t>(std::atoi(&service[dash + 1]));
}

std::string KindOf(const std::string& service) {
  return service.substr(0, service.find('-'));
}

}  // namespace

void Injector::Begin(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kKill:
      return ProcessOf(fault.target).Kill9();
    case FaultKind::kTerminate:
      return Terminate(fault.target);
    case FaultKind::kBrokerKill:
      return world_.broker().Kill9();
    case FaultKind::kBrokerAlarm:
      return world_.broker().SetMemoryAlarm(true);
    case FaultKind::kRedisKill:
      return world_.redis().Kill9();
    case FaultKind::kRedisFlush:
      return world_.redis().Flush();
    case FaultKind::kCut:
      return world_.link(fault.target).Cut();
    case FaultKind::kDrop:
      return world_.link(fault.target).Drop();
    case FaultKind::kStall:
      return world_.link(fault.target).Stall();
    case FaultKind::kSlow:
      return world_.link(fault.target).Slow(milliseconds(30), 200'000);
    case FaultKind::kLostAnswers:
      return world_.stack().Fault(R"({"kind": "drop_response", "share": 0.3})");
    case FaultKind::kPoison:
      return Poison(fault.target);
    case FaultKind::kDiskRefuses:
      return LimitFiles(true);
    case FaultKind::kDiskFull:
      return world_.FillDisk();
  }
}

void Injector::End(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kKill:
    case FaultKind::kTerminate:
      return Launch(fault.target);
    case FaultKind::kBrokerKill:
      return world_.broker().Start();
    case FaultKind::kBrokerAlarm:
      return world_.broker().SetMemoryAlarm(false);
    case FaultKind::kRedisKill:
      return world_.redis().Start();
    case FaultKind::kCut:
    case FaultKind::kStall:
    case FaultKind::kSlow:
      return world_.link(fault.target).Open();
    case FaultKind::kLostAnswers:
      return world_.stack().ClearFaults();
    case FaultKind::kDiskRefuses:
      return LimitFiles(false);
    case FaultKind::kDiskFull:
      ExpectRefusal();
      return world_.EmptyDisk();
    case FaultKind::kRedisFlush:
    case FaultKind::kDrop:
    case FaultKind::kPoison:
      return;
  }
}

test::Process& Injector::ProcessOf(const std::string& service) {
  if (service == "ingest") return world_.stack().ingest();
  if (service == "dlq") return world_.stack().dlq();
  return world_.stack().delivery(IndexOf(service));
}

void Injector::Launch(const std::string& service) {
  world_.stack().Launch(KindOf(service), IndexOf(service));
}

void Injector::Terminate(const std::string& service) {
  test::Process& process = ProcessOf(service);
  const Clock::time_point asked = Clock::now();
  process.Signal(SIGTERM);
  const std::optional<int> code = process.Wait(kDrained);
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - asked);
  if (code == 0) return;
  wrong_.push_back(absl::StrCat(service,
                                " after SIGTERM: ",
                                code.has_value() ? absl::StrCat("exit code ", *code) : "runs on",
                                " after ",
                                took.count(),
                                " ms"));
}

void Injector::Poison(const std::string& queue) {
  const std::string body =
      absl::StrCat("poison ", dead_.size() + set_aside_.size(), " of ", queue, ": {");
  const std::string exchange =
      queue == "deliver" ? "deliver." + world_.destinations().front().name : queue;
  const bool put = test::Eventually(
      [&] { return world_.stack().PublishAmqp(body, body, "shop", exchange); }, seconds(60));
  if (!put) wrong_.push_back("the broker does not take a message for " + exchange);
  (queue == "leads.inbound" ? set_aside_ : dead_).push_back(body);
}

void Injector::ExpectRefusal() {
  const bool said = test::Eventually(
      [this] {
        const e2e::Reply ready = world_.stack().DlqGet("/readyz");
        return ready.status == 503 && absl::StrContains(ready.body, "ledger");
      },
      seconds(60));
  if (!said) wrong_.emplace_back("dlq did not notice that its disk is full");
}

void Injector::LimitFiles(bool limited) {
  rlimit limit{};
  const pid_t dlq = world_.stack().dlq().pid();
  if (prlimit(dlq, RLIMIT_FSIZE, nullptr, &limit) != 0) return;  // It is being replaced.
  limit.rlim_cur = limited ? 0 : limit.rlim_max;
  (void)prlimit(dlq, RLIMIT_FSIZE, &limit, nullptr);
}

}  // namespace leadrelay::chaos
