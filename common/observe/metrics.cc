#include "common/observe/metrics.h"

#include <cstdio>
#include <cstdlib>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace leadrelay::observe {
namespace {

const std::vector<double>& Buckets() {
  static const std::vector<double> buckets = {
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
  return buckets;
}

[[noreturn]] void Clash(const std::string& name) {
  std::fprintf(stderr, "metric %s: a second kind or help text for the same name\n", name.c_str());
  std::abort();
}

bool LabelsLess(const prometheus::ClientMetric& a, const prometheus::ClientMetric& b) {
  return a.label < b.label;
}

}  // namespace

void Counter::Add(double amount) {
  counter_->Increment(amount);
}
double Counter::value() const {
  return counter_->Value();
}
void Gauge::Set(double value) {
  gauge_->Set(value);
}
void Gauge::Add(double amount) {
  gauge_->Increment(amount);
}
void Histogram::Observe(double seconds) {
  histogram_->Observe(seconds);
}

struct Metrics::Impl {
  // By name: a family, and the help text that it came with.
  template <typename Metric>
  using Families =
      std::map<std::string, std::pair<prometheus::Family<Metric>*, std::string>, std::less<>>;

  template <typename Metric, typename Builder>
  prometheus::Family<Metric>& Find(Families<Metric>& families,
                                   Builder builder,
                                   const std::string& name,
                                   const std::string& help) {
    const std::lock_guard lock(mutex);
    const auto found = families.find(name);
    if (found != families.end()) {
      if (found->second.second != help) Clash(name);
      return *found->second.first;
    }
    if (counters.contains(name) || gauges.contains(name) || histograms.contains(name)) Clash(name);
    prometheus::Family<Metric>& family = builder.Name(name).Help(help).Register(registry);
    families.emplace(name, std::make_pair(&family, help));
    return family;
  }

  std::mutex mutex;
  prometheus::Registry registry;
  Families<prometheus::Counter> counters;
  Families<prometheus::Gauge> gauges;
  Families<prometheus::Histogram> histograms;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

observe::Counter Metrics::Counter(const std::string& name,
                                  const std::string& help,
                                  const Labels& labels) {
  return observe::Counter(
      impl_->Find(impl_->counters, prometheus::BuildCounter(), name, help).Add(labels));
}

observe::Gauge Metrics::Gauge(const std::string& name,
                              const std::string& help,
                              const Labels& labels) {
  return observe::Gauge(
      impl_->Find(impl_->gauges, prometheus::BuildGauge(), name, help).Add(labels));
}

observe::Histogram Metrics::Histogram(const std::string& name,
                                      const std::string& help,
                                      const Labels& labels) {
  return observe::Histogram(impl_->Find(impl_->histograms, prometheus::BuildHistogram(), name, help)
                                .Add(labels, Buckets()));
}

std::string Metrics::ToText() const {
  std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
  std::sort(families.begin(), families.end(), [](const auto& a, const auto& b) {
    return a.name < b.name;
  });
  for (prometheus::MetricFamily& family : families) {
    std::sort(family.metric.begin(), family.metric.end(), LabelsLess);
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace leadrelay::observe
