#include "common/observe/metrics.h"

namespace leadrelay::observe {
namespace {

TEST(Metrics, WritesTheExpositionFormatSorted) {
  Metrics metrics;
  metrics.Gauge("leadrelay_waiting", "Waiting.", {{"destination", "b"}}).Set(2.5);
  metrics.Gauge("leadrelay_waiting", "Waiting.", {{"destination", "a"}}).Add(1);
  Counter accepted = metrics.Counter("leadrelay_accepted_total", "Accepted.");
  accepted.Add();
  accepted.Add(2);
  EXPECT_EQ(accepted.value(), 3);
  EXPECT_EQ(metrics.ToText(),
            "# HELP leadrelay_accepted_total Accepted.\n"
            "# TYPE leadrelay_accepted_total counter\n"
            "leadrelay_accepted_total 3\n"
            "# HELP leadrelay_waiting Waiting.\n"
            "# TYPE leadrelay_waiting gauge\n"
            "leadrelay_waiting{destination=\"a\"} 1\n"
            "leadrelay_waiting{destination=\"b\"} 2.5\n");
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  Metrics metrics;
  metrics.Counter("leadrelay_x_total", "X.", {{"a", "1"}}).Add(1);
  metrics.Counter("leadrelay_x_total", "X.", {{"a", "1"}}).Add(2);
  metrics.Counter("leadrelay_x_total", "X.", {{"a", "2"}}).Add(4);
  EXPECT_EQ(metrics.Counter("leadrelay_x_total", "X.", {{"a", "1"}}).value(), 3);
}

TEST(Metrics, EscapesLabelValues) {
  Metrics metrics;
  metrics.Counter("leadrelay_x_total", "X.", {{"a", "q\"\\\n"}}).Add();
  EXPECT_THAT(metrics.ToText(), testing::HasSubstr(R"({a="q\"\\\n"} 1)"));
}

TEST(Metrics, HistogramsCountSecondsIntoBuckets) {
  Metrics metrics;
  Histogram histogram = metrics.Histogram("leadrelay_took_seconds", "Took.", {{"step", "x"}});
  histogram.Observe(0.0005);
  histogram.Observe(0.3);
  histogram.Observe(100);
  const std::string text = metrics.ToText();
  for (const char* line : {
           "# TYPE leadrelay_took_seconds histogram\n",
           "leadrelay_took_seconds_count{step=\"x\"} 3\n",
           "leadrelay_took_seconds_sum{step=\"x\"} 100.3005\n",
           "leadrelay_took_seconds_bucket{step=\"x\",le=\"0.001\"} 1\n",
           "leadrelay_took_seconds_bucket{step=\"x\",le=\"0.25\"} 1\n",
           "leadrelay_took_seconds_bucket{step=\"x\",le=\"0.5\"} 2\n",
           "leadrelay_took_seconds_bucket{step=\"x\",le=\"60\"} 2\n",
           "leadrelay_took_seconds_bucket{step=\"x\",le=\"+Inf\"} 3\n",
       }) {
    EXPECT_THAT(text, testing::HasSubstr(line));
  }
}

TEST(Metrics, ManyThreadsMayCount) {
  constexpr int kThreads = 4;
  constexpr int kEach = 1000;
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&metrics] {
      for (int j = 0; j < kEach; ++j) metrics.Counter("leadrelay_x_total", "X.").Add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.Counter("leadrelay_x_total", "X.").value(), kThreads * kEach);
}

TEST(MetricsDeathTest, ANameHasOneKindAndOneHelpText) {
  Metrics metrics;
  (void)metrics.Counter("leadrelay_x_total", "X.");
  EXPECT_DEATH((void)metrics.Counter("leadrelay_x_total", "Y."), "a second kind or help text");
  EXPECT_DEATH((void)metrics.Gauge("leadrelay_x_total", "X."), "a second kind or help text");
}

}  // namespace
}  // namespace leadrelay::observe
