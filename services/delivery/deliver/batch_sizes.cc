#include "services/delivery/deliver/batch_sizes.h"

#include <algorithm>
#include <climits>

namespace leadrelay::delivery {

BatchSizes BatchSizesOf(const config::Destination& destination, const Connector& connector) {
  const int most = destination.batch_size > 0 ? destination.batch_size : INT_MAX;
  BatchSizes sizes;
  sizes.usual = static_cast<size_t>(std::clamp(connector.MaxBatch(), 1, most));
  const BulkRange bulk = connector.Bulk();
  if (bulk.from > 0 && bulk.from <= most) {
    sizes.bulk_from = static_cast<size_t>(bulk.from);
    sizes.bulk = static_cast<size_t>(std::clamp(bulk.most, bulk.from, most));
  }
  return sizes;
}

std::vector<bool> ChooseBatch(const BatchSizes& sizes, const std::vector<bool>& fit_bulk) {
  const auto fitting = static_cast<size_t>(std::ranges::count(fit_bulk, true));
  if (fitting >= sizes.bulk_from) return fit_bulk;
  std::vector<bool> chosen(fit_bulk.size(), false);
  std::fill_n(chosen.begin(), std::min(sizes.usual, chosen.size()), true);
  return chosen;
}

uint16_t PrefetchOf(int configured,
                    const config::Destination& destination,
                    const Connector& connector) {
  const BatchSizes sizes = BatchSizesOf(destination, connector);
  const size_t beside = sizes.bulk_from == SIZE_MAX ? 0 : sizes.bulk;
  return static_cast<uint16_t>(
      std::min<size_t>(static_cast<size_t>(configured) + beside, UINT16_MAX));
}

}  // namespace leadrelay::delivery
