#include "services/dlq/ledger/due_marks.h"

namespace leadrelay::dlq {

std::vector<std::string> DueMarks(const std::vector<DestinationState>& deliveries,
                                  const std::set<std::string>& marking) {
  std::vector<std::string> due;
  bool arrived = false;
  for (const auto& [destination, state] : deliveries) {
    const bool delivered = state == State::kDelivered;
    if (marking.contains(destination)) {
      if (delivered) due.push_back(destination);
      continue;
    }
    if (!delivered && state != State::kSuppressed) return {};
    arrived = arrived || delivered;
  }
  if (!arrived) return {};
  return due;
}

}  // namespace leadrelay::dlq
