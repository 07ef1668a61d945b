#pragma once
// CompileRule: an entry of a mapping as it is configured, checked.  Pure.

#include "common/config/section.h"
#include "services/delivery/map/rule.h"

namespace leadrelay::delivery {

// Every fault goes to `entry`: an unknown path (with the nearest known one), a transform that is
// none, a key that makes no sense beside the others, a type that the value can never have, an entry
// of a table that is never met.  A rule with a fault may give nothing; it is there all the same, so
// that its field does not seem to be forgotten.
Rule CompileRule(config::Section& entry);

}  // namespace leadrelay::delivery
