#include "tests/bench/run_path.h"

#include <algorithm>

#include "tests/bench/usage.h"

namespace leadrelay::bench {

PathResult RunPath(e2e::Stack& stack,
                   const Sink& sink,
                   const std::vector<std::string>& names,
                   LoadOptions options,
                   int64_t before,
                   std::optional<int64_t> each) {
  const int64_t due = each.value_or(options.leads);
  options.port = stack.ingest_port();
  options.api_key = std::string(e2e::kApiKey);
  std::vector<Sink::Count> counted;
  for (const std::string& name : names) counted.push_back(sink.CountOf(name));
  const Costs costs(stack, &sink);
  const Cost cost_before = costs.Read();
  const absl::Time started = absl::Now();

  PathResult result;
  result.load = SendLeads(options);
  absl::Time last_arrival = started;
  test::Eventually(
      [&] {
        result.lost = 0;
        for (size_t i = 0; i < names.size(); ++i) {
          const Sink::Count now = sink.CountOf(names[i]);
          result.lost += due - (now.distinct - counted[i].distinct);
          last_arrival = std::max(last_arrival, now.last_at);
        }
        return result.lost <= 0;
      },
      std::chrono::seconds(120));
  const double idle_after = costs.Read().idle;
  for (size_t i = 0; i < names.size(); ++i) {
    result.duplicates += sink.CountOf(names[i]).repeats - counted[i].repeats;
  }
  result.delivered_per_second = static_cast<double>(due * static_cast<int64_t>(names.size())) /
                                absl::ToDoubleSeconds(last_arrival - started);
  for (const std::string& name : names) {
    stack.WaitForBalance(name, before + due, std::chrono::seconds(120));
  }
  Cost cost_after = costs.Read();
  cost_after.idle = idle_after;
  result.per_10k = Per10k(cost_before, cost_after, options.leads);
  result.resident = Memory{UsageOf(stack.ingest().pid()).resident_bytes,
                           UsageOf(stack.delivery().pid()).resident_bytes,
                           UsageOf(stack.dlq().pid()).resident_bytes};
  return result;
}

}  // namespace leadrelay::bench
