#pragma once
// Condition: "this part of the lead looks like that".  Pure.

#include <string_view>

#include "common/config/config.h"
#include "common/json/json.h"

namespace leadrelay::ingest {

// The value at a dotted path: "source.utm_source".  A member whose own name has dots is found too.
json::Value FindPath(json::Value value, std::string_view path);

// Texts, numbers and booleans compare as texts.  A list holds when one of its elements does.  Null
// and what is empty count as absent.  At `operation` a lead, which has no such member, has "lead".
// Conditions of mappings say the same (services/delivery/map/condition.h; a test compares).
bool Holds(const config::Condition& condition, const json::Value& lead);

}  // namespace leadrelay::ingest
