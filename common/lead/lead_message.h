#pragma once
// The message that an accepted lead travels in, as a value.  Pure.

#include <string>
#include <string_view>

#include "common/amqp/message.h"
#include "common/lead/envelope.h"

namespace leadrelay::lead {

// One message that names the ledger's queue and every destination's, so that one confirm covers
// them all.  `lead_json` is the lead, normalised; envelope.lead is not looked at.
amqp::Message LeadMessage(const Envelope& envelope,
                          std::string_view lead_json,
                          std::string traceparent);

}  // namespace leadrelay::lead
