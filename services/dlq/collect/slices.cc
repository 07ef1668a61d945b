#include "services/dlq/collect/slices.h"

#include <utility>

namespace leadrelay::dlq {

std::deque<std::vector<amqp::Delivery>> CutIntoSlices(std::vector<amqp::Delivery> batch) {
  std::deque<std::vector<amqp::Delivery>> slices;
  size_t bytes = 0;
  for (amqp::Delivery& delivery : batch) {
    const size_t size = delivery.message.body.size();
    if (slices.empty() || bytes + size > kSliceBytes) {
      slices.emplace_back();
      bytes = 0;
    }
    bytes += size;
    slices.back().push_back(std::move(delivery));
  }
  return slices;
}

}  // namespace leadrelay::dlq
