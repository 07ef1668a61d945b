#pragma once
// The bodies that a webhook destination sends.  Pure.

#include <string>

#include "services/delivery/connectors/webhook/settings.h"
#include "services/delivery/map/lead_facts.h"

namespace leadrelay::delivery::webhook {

std::string ContentType(const Settings& settings);

// The same bytes for the same lead, on every attempt: receivers compare them.
std::string BuildBody(const Settings& settings, const LeadFacts& facts);

// What `leadctl test` sends: an event of type "leadrelay.test" without a lead.
std::string BuildTestEvent(absl::Time now);

}  // namespace leadrelay::delivery::webhook
