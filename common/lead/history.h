#pragma once
// Attempts and DeliveryState as JSON, for everything that carries them.  Private to common/lead.

#include <vector>

#include "absl/status/statusor.h"

#include "common/json/json.h"
#include "common/lead/envelope.h"

namespace leadrelay::lead {

// An array, of the last kMaxHistory attempts.
void WriteHistory(json::Writer& writer, const std::vector<Attempt>& history);
absl::StatusOr<std::vector<Attempt>> ReadHistory(const std::vector<json::Value>& attempts);

// The object "state" of a dead letter.
void WriteState(json::Writer& writer, const DeliveryState& state);
absl::StatusOr<DeliveryState> ReadState(json::Value state);

}  // namespace leadrelay::lead
