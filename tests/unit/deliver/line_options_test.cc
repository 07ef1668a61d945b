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
  int MaxBatch() const override { return 200; }
  BulkRange Bulk() const override { return bulk; }
  std::vector<Probe> Probes(absl::Time) const override { return {}; }
  Finding JudgeProbe(const Probe&, const http::Response&) const override { return {}; }

  BulkRange bulk;

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

TEST(LineOptionsTest, ABatchIsABulkOneWhenEnoughWait) {
  constexpr size_t kNever = SIZE_MAX;
  struct Case {
    const char* name;
    int batch_size;
    BulkRange bulk;
    BatchSizes sizes;
    int prefetch;  // Of a configured 400.
  };
  const Case cases[] = {
      {"no bulk", 0, {}, {200, kNever, 1}, 400},
      {"bulk", 0, {2000, 5000}, {200, 2000, 5000}, 5400},
      {"smaller batches, and no bulk", 50, {2000, 5000}, {50, kNever, 1}, 400},
      {"bulk cut", 3000, {2000, 5000}, {200, 2000, 3000}, 3400},
      {"a range that is none", 0, {2000, 10}, {200, 2000, 2000}, 2400},
      {"more than the broker can count", 0, {300, 70'000}, {200, 300, 70'000}, 65'535},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    config::Destination destination;
    destination.batch_size = each.batch_size;
    TakesAtOnce connector(0);
    connector.bulk = each.bulk;
    const BatchSizes sizes = BatchSizesOf(destination, connector);
    EXPECT_EQ(sizes, each.sizes);
    EXPECT_EQ(sizes.Of(each.sizes.usual), each.sizes.usual);
    if (each.sizes.bulk_from == kNever) continue;
    EXPECT_EQ(sizes.Of(each.sizes.bulk_from - 1), each.sizes.usual);
    EXPECT_EQ(sizes.Of(each.sizes.bulk_from), each.sizes.bulk);
    EXPECT_EQ(PrefetchOf(400, destination, connector), each.prefetch);
  }
}

}  // namespace
}  // namespace leadrelay::delivery
