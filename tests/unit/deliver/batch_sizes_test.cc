// How large a batch is, and who is in it.

#include "services/delivery/deliver/batch_sizes.h"

#include <gtest/gtest.h>

namespace leadrelay::delivery {

void PrintTo(const BatchSizes& sizes, std::ostream* out) {
  *out << sizes.usual << ", from " << sizes.bulk_from << " waiting " << sizes.bulk;
}

namespace {

constexpr size_t kNever = SIZE_MAX;

class TwoHundred final : public Connector {
 public:
  explicit TwoHundred(BulkRange bulk) : bulk_(bulk) {}
  std::optional<Call> Next(Batch&, const Reply*) const override { return std::nullopt; }
  void Authorize(
      http::Request&, const Call&, const Batch&, const Credential&, absl::Time) const override {}
  int MaxBatch() const override { return 200; }
  BulkRange Bulk() const override { return bulk_; }
  std::vector<Probe> Probes(absl::Time) const override { return {}; }
  Finding JudgeProbe(const Probe&, const http::Response&) const override { return {}; }

 private:
  const BulkRange bulk_;
};

TEST(BatchSizesTest, AreTheConnectorsWithinTheConfiguredOne) {
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
    const TwoHundred connector(each.bulk);
    EXPECT_EQ(BatchSizesOf(destination, connector), each.sizes);
    EXPECT_EQ(PrefetchOf(400, destination, connector), each.prefetch);
  }
}

// 'b' fits into bulk, '-' does not; upper case: chosen.
std::string Chosen(const BatchSizes& sizes, std::string waiting) {
  std::vector<bool> fit_bulk;
  for (const char each : waiting) fit_bulk.push_back(each == 'b');
  const std::vector<bool> chosen = ChooseBatch(sizes, fit_bulk);
  EXPECT_EQ(chosen.size(), waiting.size());
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) waiting[i] = waiting[i] == 'b' ? 'B' : '+';
  }
  return waiting;
}

TEST(BatchSizesTest, ABulkBatchIsOfThoseThatFit) {
  const BatchSizes two_or_bulk{2, 3, 6};
  EXPECT_EQ(Chosen(two_or_bulk, ""), "");
  EXPECT_EQ(Chosen(two_or_bulk, "b"), "B");
  EXPECT_EQ(Chosen(two_or_bulk, "bb-"), "BB-");
  EXPECT_EQ(Chosen(two_or_bulk, "---bb-"), "++-bb-");
  EXPECT_EQ(Chosen(two_or_bulk, "b-b-b-"), "B-B-B-");
  EXPECT_EQ(Chosen(two_or_bulk, "bbbbbb"), "BBBBBB");
  EXPECT_EQ(Chosen(BatchSizes{2, kNever, 1}, "bbbbbb"), "BBbbbb");
}

}  // namespace
}  // namespace leadrelay::delivery
