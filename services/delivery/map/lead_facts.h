#pragma once
// LeadFacts: a lead and what is known around it, as a mapping sees them.  Pure.

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/json/json.h"

namespace leadrelay::delivery {

// Looks into what its maker owns.
struct LeadFacts {
  json::Value lead;  // As proto/lead.v1.schema.json.
  std::string_view lead_id;
  std::string_view delivery_id;
  std::string_view publisher;  // Empty: not known.
  absl::Time accepted_at;
};

// "2026-08-21T10:00:00.000Z": what every CRM reads.
std::string FormatInstant(absl::Time time);

}  // namespace leadrelay::delivery
