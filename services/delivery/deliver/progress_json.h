#pragma once
// Progress as it travels in the message's header: a flat JSON object of texts.  Pure.

#include <string>
#include <string_view>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

std::string ProgressToJson(const Progress& progress);  // Empty when there is none.
Progress ParseProgress(std::string_view json);         // Anything else than such an object: none.

}  // namespace leadrelay::delivery
