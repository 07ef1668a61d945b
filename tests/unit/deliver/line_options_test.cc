// What the configuration and the connector say together.

#include "services/delivery/deliver/line_options.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {
namespace {

class TakesAtOnce final : public Connector {
 public:
  explicit TakesAtOnce(int calls) : calls_(calls) {}
  std::optional<Call> Next(Batch&, const Reply*) const override { return std::nullopt; }
  void Authorize(
      http::Request&, const Call&, const Batch&, const Credential&, absl::Time) const override {}
  int MaxConcurrency() const override { return calls_; }
  std::vector<Probe> Probes(absl::Time) const override { return {}; }
  Finding JudgeProbe(const Probe&, const http::Response&) const override { return {}; }

 private:
  const int calls_;
};

TEST(LineOptionsTest, ConcurrencyIsAsConfiguredButNoMoreThanTheCrmTakes) {
  config::Destination destination;
  destination.concurrency = 16;
  EXPECT_EQ(ConcurrencyOf(destination, TakesAtOnce(0)), 16);
  EXPECT_EQ(ConcurrencyOf(destination, TakesAtOnce(5)), 5);
  EXPECT_EQ(ConcurrencyOf(destination, TakesAtOnce(25)), 16);
}

}  // namespace
}  // namespace leadrelay::delivery
