#include "services/dlq/collect/slices.h"

#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

std::vector<size_t> Cut(const std::vector<size_t>& sizes) {
  std::vector<amqp::Delivery> batch;
  for (const size_t size : sizes) {
    amqp::Delivery delivery;
    delivery.message.body = std::string(size, 'x');
    delivery.tag.number = batch.size();
    batch.push_back(std::move(delivery));
  }
  std::vector<size_t> counts;
  uint64_t next = 0;
  for (const std::vector<amqp::Delivery>& slice : CutIntoSlices(std::move(batch))) {
    counts.push_back(slice.size());
    for (const amqp::Delivery& delivery : slice) EXPECT_EQ(delivery.tag.number, next++);
  }
  EXPECT_EQ(next, sizes.size());
  return counts;
}

TEST(SlicesTest, AreCutByTheirBytes) {
  EXPECT_EQ(Cut({}), (std::vector<size_t>{}));
  EXPECT_EQ(Cut({1, 2, 3}), (std::vector<size_t>{3}));
  EXPECT_EQ(Cut({kSliceBytes, 1}), (std::vector<size_t>{1, 1}));
  EXPECT_EQ(Cut({kSliceBytes / 2, kSliceBytes / 2, 1}), (std::vector<size_t>{2, 1}));
  EXPECT_EQ(Cut({1, 2 * kSliceBytes, 1}), (std::vector<size_t>{1, 1, 1}));
}

}  // namespace
}  // namespace leadrelay::dlq
