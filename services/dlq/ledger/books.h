#pragma once
// Books: how many deliveries a destination has in each state.  Pure.

#include <cstdint>
#include <map>
#include <string>

#include "services/dlq/ledger/transition.h"

namespace leadrelay::dlq {

// Counts, or changes of counts.
struct BookRow {
  int64_t accepted = 0;
  int64_t in_flight = 0;
  int64_t retrying = 0;
  int64_t delivered = 0;
  int64_t suppressed = 0;
  int64_t dead = 0;
  int64_t discarded = 0;

  // Deliveries that are known only from what became of them: their acceptance is still on its way,
  // or was lost.  accepted + difference() is the sum of the states; zero at rest.
  int64_t difference() const {
    return in_flight + retrying + delivered + suppressed + dead + discarded - accepted;
  }
  // Counts `record` in (+1) or out (-1).
  void Count(const DeliveryRecord& record, int64_t by);
  bool empty() const { return *this == BookRow(); }
  friend bool operator==(const BookRow&, const BookRow&) = default;
};

using Books = std::map<std::string, BookRow>;  // By destination.

}  // namespace leadrelay::dlq
