#pragma once
// What a connector knows of its CRM's own fields, and the lint of a mapping against it.  Pure.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/section.h"
#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery {

struct FieldFact {
  std::string name;
  bool read_only = false;
  bool required = false;  // The CRM takes no new record without it.
};

// Faults go to `section`: a field that the CRM does not have (with the nearest that it has), one
// that it does not let us write, one that it requires and nothing fills.  `is_custom` tells the
// names that an account may have made itself; they are let pass.  `crm` is for people.
void LintFields(config::Section& section,
                const Mapping& mapping,
                const std::vector<FieldFact>& fields,
                const std::function<bool(std::string_view)>& is_custom,
                std::string_view crm);

}  // namespace leadrelay::delivery
