#pragma once
// Slices: how many messages go into one transaction.  Pure.

#include <cstddef>
#include <deque>
#include <vector>

#include "common/amqp/consumer.h"

namespace leadrelay::dlq {

// A message of outcomes holds up to some hundred of them, so bytes bound the work better than the
// count does: both the memory that one transaction takes, and for how long it keeps others waiting.
inline constexpr size_t kSliceBytes = 1 << 20;

// Cuts `batch` into runs of at most kSliceBytes of bodies, in order; a message that is larger by
// itself is a slice of its own.
std::deque<std::vector<amqp::Delivery>> CutIntoSlices(std::vector<amqp::Delivery> batch);

}  // namespace leadrelay::dlq
