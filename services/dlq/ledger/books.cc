#include "services/dlq/ledger/books.h"

namespace leadrelay::dlq {

void BookRow::Count(const DeliveryRecord& record, int64_t by) {
  if (record.accepted) accepted += by;
  switch (record.state) {
    case State::kNone:
      break;
    case State::kInFlight:
      in_flight += by;
      break;
    case State::kRetrying:
      retrying += by;
      break;
    case State::kDelivered:
      delivered += by;
      break;
    case State::kSuppressed:
      suppressed += by;
      break;
    case State::kDead:
      dead += by;
      break;
    case State::kDiscarded:
      discarded += by;
      break;
  }
}

}  // namespace leadrelay::dlq
