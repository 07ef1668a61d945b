#pragma once
// Metrics: prometheus-cpp's registry behind named families.  Look a series up once and keep the
// reference: a lookup costs ten times an increment.  Names start with leadrelay_; labels are names
// from the configuration and closed sets, never ids.  docs/operations.md lists them all, and a test
// compares.  Any thread.

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace leadrelay::observe {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void Add(double amount = 1);
  double value() const;

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void Set(double value);
  void Add(double amount);

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void Observe(double seconds);

 private:
  prometheus::Histogram* histogram_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The same name must always come with the same help text and kind: anything else aborts.
  observe::Counter Counter(const std::string& name,
                           const std::string& help,
                           const Labels& labels = {});
  observe::Gauge Gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // Seconds, in buckets from 1 ms to 60 s.
  observe::Histogram Histogram(const std::string& name,
                               const std::string& help,
                               const Labels& labels = {});

  std::string ToText() const;  // The Prometheus exposition format, sorted by name and labels.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leadrelay::observe
