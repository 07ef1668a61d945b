#pragma once
// The fields of Freshsales' own that a mapping may name, as working clients write them (the vendor
// publishes no schema).  Pure.

#include <vector>

#include "services/delivery/connectors/field_facts.h"

namespace leadrelay::delivery::freshsales {

const std::vector<FieldFact>& ContactFields();
const std::vector<FieldFact>& AccountFields();
const std::vector<FieldFact>& DealFields();
const std::vector<FieldFact>& TaskFields();

}  // namespace leadrelay::delivery::freshsales
