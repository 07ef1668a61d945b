#pragma once
// JobOfItem: a message as the job that a connector sees, and what the connector found out on its
// way back into the message's headers: progress is a flat JSON object of texts there.  Pure.

#include <string>
#include <string_view>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/consume/item.h"

namespace leadrelay::delivery {

// A look into the item's lead, which must outlive it.
Job JobOf(const Item& item);
// The item's state as the job has left it.
lead::DeliveryState StateOf(const Item& item, const Job& job);

std::string ProgressToJson(const Progress& progress);  // Empty when there is none.
Progress ParseProgress(std::string_view json);         // Anything else than such an object: none.

}  // namespace leadrelay::delivery
