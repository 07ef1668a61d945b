#pragma once
// What a rule says that can never come about.  Pure.

#include <string>

#include "common/config/section.h"
#include "services/delivery/map/rule.h"

namespace leadrelay::delivery {

// In words; empty: it is a transform.  `written` is how it stands in the file.
std::string FaultInTransform(const std::string& name, const std::string& written);

// Faults go to the keys of `entry`, of which `rule` was made: what makes no sense beside its
// source, a type that the value never has, a path or an entry of a table that is never met.
void LintRule(config::Section& entry, const Rule& rule);

}  // namespace leadrelay::delivery
