// What destinations cost each other.

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "tests/bench/measurements.h"
#include "tests/bench/run_path.h"
#include "tests/bench/sink.h"
#include "tests/e2e/stack.h"

namespace leadrelay::bench {
namespace {

constexpr int64_t kWarmUp = 500;

LoadOptions Leads(int64_t count, int64_t first, int forms = 1) {
  LoadOptions options;
  options.leads = count;
  options.first = first;
  options.connections = 256;
  options.forms = forms;
  return options;
}

struct Others {
  double per_second = 0;  // To both.
  double p99 = 0;         // The later of the two.
  PathResult result;
};

// Leads to "one", "two" and `third`; what the first two get of them.
Others RunWithThird(const Scale& scale, const std::string& third) {
  Sink sink;
  e2e::StackOptions options;
  for (const std::string& name : {std::string("one"), std::string("two"), third}) {
    absl::StrAppend(&options.destinations,
                    sink.Destination(name, "    concurrency: 64\n    timeout: 2s\n"));
  }
  e2e::Stack stack(options);
  (void)RunPath(stack, sink, {"one", "two"}, Leads(kWarmUp, 0), 0);
  for (const char* name : {"one", "two"}) (void)sink.TakeLatencies(name);
  Others others;
  others.result = RunPath(stack, sink, {"one", "two"}, Leads(scale.leads, kWarmUp), kWarmUp);
  others.per_second = others.result.delivered_per_second;
  others.p99 = std::max(sink.TakeLatencies("one").p99, sink.TakeLatencies("two").p99);
  return others;
}

}  // namespace

Section MeasureBlackHole(const Scale& scale) {
  Progress("all three answer");
  const Others well = RunWithThird(scale, "three");
  Progress("one of them never does");
  const Others hole = RunWithThird(scale, "hole");
  Section section;
  section.title =
      absl::StrCat("Three destinations, one of which never answers, ", scale.leads, " leads");
  section.figures = {{"the other two, when all answer", Rate(well.per_second), "yardstick"},
                     AtLeast("the other two, beside the black hole",
                             Rate(hole.per_second),
                             hole.per_second / well.per_second,
                             0.97,
                             "without it"),
                     {"p99 end to end, when all answer", Millis(well.p99), "yardstick"},
                     AtMost("p99 end to end, beside the black hole",
                            Millis(hole.p99),
                            hole.p99 / well.p99,
                            1.1,
                            "without it")};
  MustBeNone(section, "lost", well.result.lost + hole.result.lost);
  MustBeNone(section, "duplicates", well.result.duplicates + hole.result.duplicates);
  return section;
}

namespace {

// Each lead goes to one of so many destinations, by its form.
PathResult RunWithDestinations(const Scale& scale, int count) {
  const Sink sink;
  e2e::StackOptions options;
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.push_back(absl::StrCat("d", i));
    absl::StrAppend(&options.destinations, sink.Destination(names.back(), ""));
    absl::StrAppend(
        &options.routes, "  - forms: [form-", i, "]\n    destinations: [", names.back(), "]\n");
  }
  e2e::Stack stack(options);
  return RunPath(stack, sink, names, Leads(scale.leads, 0, count), 0, scale.leads / count);
}

double OursOf(const Cost& cost) {
  return cost.broker + cost.redis + cost.ingest + cost.delivery + cost.dlq;
}

}  // namespace

Section MeasureDestinations(const Scale& scale) {
  Section section;
  section.title =
      absl::StrCat("Destinations, each lead to one of them, ", scale.leads, " leads at full load");
  int64_t lost = 0;
  int64_t duplicates = 0;
  double before = 0;
  for (const int count : {1, 10, 100}) {
    Progress(absl::StrCat(count, " destinations"));
    const PathResult result = RunWithDestinations(scale, count);
    lost += result.lost;
    duplicates += result.duplicates;
    const double cost = OursOf(result.per_10k);
    const std::string what = absl::StrCat("CPU for 10,000 leads, ", count, " destinations");
    section.figures.push_back(
        before == 0 ? Figure{what, Seconds(cost), "yardstick; broker, Redis and services"}
                    : AtMost(what, Seconds(cost), cost / before, 1.1, "with a tenth of them"));
    before = cost;
  }
  MustBeNone(section, "lost", lost);
  MustBeNone(section, "duplicates", duplicates);
  return section;
}

}  // namespace leadrelay::bench
