#include "tests/bench/outage.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include <unistd.h>

#include "tests/bench/measurements.h"
#include "tests/bench/usage.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kRecords[] = "leadrelay_ingest_spool_records";
constexpr char kSyncs[] = "leadrelay_ingest_spool_syncs_total";

test::BrokerOptions WithManagement() {
  test::BrokerOptions options;
  options.management = true;
  return options;
}

}  // namespace

OutageResult RunOutage(int64_t leads) {
  const std::string folder = absl::StrCat(
      std::filesystem::temp_directory_path().string(), "/leadrelay-bench-spool-", getpid());
  test::Broker broker(WithManagement());
  e2e::StackOptions options;
  options.destinations = e2e::WebhookDestination("one");
  options.ingest = absl::StrCat("  spool:\n    directory: ", folder, "\n");
  options.start_delivery = false;
  options.broker = &broker;
  e2e::Stack stack(options);
  // What came out is counted where it arrived.
  stack.dlq().Kill9();
  broker.Stop();

  LoadOptions load;
  load.port = stack.ingest_port();
  load.api_key = std::string(e2e::kApiKey);
  load.leads = 500;
  (void)SendLeads(load);  // Warm, and it knows that the broker is away.
  OutageResult result;
  load.first = 500;
  load.leads = leads;
  const double syncs = stack.IngestMetric(kSyncs);
  const Usage before = UsageOf(stack.ingest().pid());
  result.full = SendLeads(load);
  const Usage after = UsageOf(stack.ingest().pid());
  result.cpu_per_10k =
      (after.cpu_seconds - before.cpu_seconds) * 10'000.0 / static_cast<double>(leads);
  result.leads_per_sync =
      static_cast<double>(leads) / std::max(1.0, stack.IngestMetric(kSyncs) - syncs);

  load.first += leads;
  load.leads = 1000;
  load.per_second = 200;
  result.paced = SendLeads(load);
  result.leads = static_cast<int64_t>(stack.IngestMetric(kRecords));
  result.bytes = static_cast<int64_t>(stack.IngestMetric("leadrelay_ingest_spool_bytes"));

  broker.Start();
  test::Eventually([&] { return stack.IngestMetric("leadrelay_ingest_spool_drained_total") > 0; },
                   std::chrono::seconds(30));
  const double at_first = stack.IngestMetric("leadrelay_ingest_spool_drained_total");
  const Clock::time_point begun = Clock::now();
  test::Eventually([&] { return stack.IngestMetric(kRecords) == 0; }, std::chrono::seconds(300));
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  result.drained_per_second = (static_cast<double>(result.leads) - at_first) / seconds;
  int64_t stored = 0;
  test::Eventually([&] { return (stored = stack.QueueDepth("deliver.one")) >= result.leads; },
                   std::chrono::seconds(30));
  result.lost = result.leads - stored;
  std::filesystem::remove_all(folder);
  return result;
}

Section MeasureOutage(const Scale& scale) {
  const OutageResult result = RunOutage(scale.leads);
  Section section;
  section.title = absl::StrCat(
      "With the broker away, ", scale.leads, " leads into ingest's spool at full load");
  const auto both = [](const LoadResult& load) {
    return absl::StrCat(Millis(load.Percentile(0.5)), " / ", Millis(load.Percentile(0.99)));
  };
  section.figures = {
      {"accepted",
       Rate(static_cast<double>(result.full.accepted) / result.full.seconds),
       absl::StrCat("the latency of an answer, p50 / p99: ", both(result.full))},
      {"accept at 200/s, p50 / p99", both(result.paced)},
      {"leads that share a sync, at full load", absl::StrCat(result.leads_per_sync)},
      {"CPU for 10,000 leads: ingest", Seconds(result.cpu_per_10k)},
      {"bytes on disk for a lead", absl::StrCat(result.bytes / std::max<int64_t>(1, result.leads))},
      {"drained, the broker being back", Rate(result.drained_per_second)}};
  MustBeNone(section, "refused", result.full.refused + result.paced.refused);
  MustBeNone(section, "lost", std::max<int64_t>(0, result.lost));
  return section;
}

}  // namespace leadrelay::bench
