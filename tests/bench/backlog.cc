#include "tests/bench/backlog.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "tests/bench/load.h"
#include "tests/bench/measurements.h"
#include "tests/bench/usage.h"

namespace leadrelay::bench {

Drained DrainBacklog(
    e2e::Stack& stack, const Sink& sink, const std::string& name, int64_t leads, int64_t first) {
  stack.DlqPost("/v1/destinations/" + name + ":pause", R"({"reason":"a backlog is made"})");
  LoadOptions load;
  load.port = stack.ingest_port();
  load.api_key = std::string(e2e::kApiKey);
  load.connections = 256;
  load.leads = leads;
  load.first = first;
  load.limit = std::chrono::seconds(3600);
  const Sink::Count before = sink.CountOf(name);
  const int64_t accepted = SendLeads(load).accepted;

  const absl::Time resumed = absl::Now();
  stack.DlqPost("/v1/destinations/" + name + ":resume");
  Drained drained;
  Sink::Count now;
  test::Eventually(
      [&] {
        now = sink.CountOf(name);
        drained.most_resident =
            std::max(drained.most_resident, UsageOf(stack.delivery().pid()).resident_bytes);
        return now.distinct - before.distinct >= accepted;
      },
      std::chrono::seconds(3600));
  drained.per_second = static_cast<double>(accepted) / absl::ToDoubleSeconds(now.last_at - resumed);
  drained.lost = leads - (now.distinct - before.distinct);
  drained.duplicates = now.repeats - before.repeats;
  return drained;
}

Section MeasureSlowCrm(const Scale& scale) {
  constexpr int64_t kInFlight = 10'000;
  const Sink sink(absl::Milliseconds(50));
  e2e::StackOptions options;
  options.destinations = sink.Destination("one", "    concurrency: 1024\n");
  options.delivery = absl::StrCat("  prefetch: ", kInFlight, "\n");
  e2e::Stack stack(options);
  const int64_t leads = std::max(scale.leads, 2 * kInFlight);
  Progress(absl::StrCat(leads, " leads wait"));
  const Drained drained = DrainBacklog(stack, sink, "one", leads, 0);

  Section section;
  section.title =
      absl::StrCat("A CRM that answers after 50 ms, one process, ", leads, " leads waiting");
  const auto megabytes = static_cast<double>(drained.most_resident) / (1 << 20);
  section.figures = {{"delivered",
                      Rate(drained.per_second),
                      "goal: at least 10000/s",
                      drained.per_second >= 10'000 ? Figure::Goal::kMet : Figure::Goal::kMissed},
                     AtMostOf(absl::StrCat("memory of delivery with ", kInFlight, " in hand"),
                              Megabytes(drained.most_resident),
                              megabytes,
                              80,
                              "MB")};
  MustBeNone(section, "lost", drained.lost);
  MustBeNone(section, "duplicates", drained.duplicates);
  return section;
}

Section MeasureBacklog(const Scale& scale) {
  constexpr int64_t kSmall = 10'000;
  const Sink sink;
  e2e::StackOptions options;
  options.destinations = sink.Destination("one", "    concurrency: 64\n");
  e2e::Stack stack(options);
  Progress(absl::StrCat(kSmall, " leads wait"));
  const Drained small = DrainBacklog(stack, sink, "one", kSmall, 0);
  Progress(absl::StrCat(scale.backlog, " leads wait"));
  const Drained large = DrainBacklog(stack, sink, "one", scale.backlog, kSmall);

  Section section;
  section.title = absl::StrCat("A backlog of ", scale.backlog, " leads");
  section.figures = {
      {absl::StrCat("drains when it is of ", kSmall), Rate(small.per_second), "yardstick"},
      AtLeast(absl::StrCat("drains when it is of ", scale.backlog),
              Rate(large.per_second),
              large.per_second / small.per_second,
              0.9,
              "the small one"),
      {"memory of the broker", Megabytes(UsageOf(stack.broker_pid()).resident_bytes)}};
  MustBeNone(section, "lost", small.lost + large.lost);
  MustBeNone(section, "duplicates", small.duplicates + large.duplicates);
  return section;
}

}  // namespace leadrelay::bench
