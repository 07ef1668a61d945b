#pragma once
// BatchSizes: how many leads a batch may have, and which of those that wait make the next one.
// Pure.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/config/config.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

struct BatchSizes {
  size_t usual = 1;
  size_t bulk_from = SIZE_MAX;  // So many waiting that fit make a bulk batch.
  size_t bulk = 1;
  friend bool operator==(const BatchSizes&, const BatchSizes&) = default;
};

// A configured batch_size bounds both.
BatchSizes BatchSizesOf(const config::Destination& destination, const Connector& connector);

// Whether each of the first that wait goes into the next batch, in their order.  `fit_bulk`:
// Connector::FitsBulk(), of `sizes.bulk` at most.  A bulk batch is of those that fit alone; without
// enough of them, it is a usual one of the first.
std::vector<bool> ChooseBatch(const BatchSizes& sizes, const std::vector<bool>& fit_bulk);

// Messages in hand at most.  While a bulk batch is out, the configured number goes on beside it.
uint16_t PrefetchOf(int configured,
                    const config::Destination& destination,
                    const Connector& connector);

}  // namespace leadrelay::delivery
