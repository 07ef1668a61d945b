#pragma once
// The search of HubSpot: words, or groups of filters.  Pure.

#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "tests/sandbox/systems/hubspot/store.h"

namespace leadrelay::sandbox::hubspot {

// What a request of .../search finds: records with its `query` in a property, or, when it has none,
// those of which every filter of one of its `filterGroups` holds.  The index has seen what was
// written until `indexed_until`.
//
// Filters are EQ, IN, HAS_PROPERTY and NOT_HAS_PROPERTY of a property, GTE of "createdate", and the
// id of a record that it is linked with, of "associations.contact" and its like.  No other holds.
std::vector<const Record*> Search(const std::vector<Record>& records,
                                  const json::Value& request,
                                  absl::Time indexed_until);

}  // namespace leadrelay::sandbox::hubspot
