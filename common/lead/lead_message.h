#pragma once
// The message that an accepted lead travels in, as a value.  Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/amqp/message.h"
#include "common/lead/envelope.h"

namespace leadrelay::lead {

// One message that names the ledger's queue and every destination's.  `lead_json` is the lead,
// normalised; envelope.lead is not looked at.
amqp::Message LeadMessage(const Envelope& envelope,
                          std::string_view lead_json,
                          std::string traceparent);

// The same in two parts, so that the ledger can be told of many leads in one message: what goes to
// the destinations (nothing when there are none), and the ledger's part for the bodies of many.
std::optional<amqp::Message> ForDestinations(amqp::Message lead_message);
amqp::Message ForLedger(const std::vector<std::string>& bodies);
// The bodies in ForLedger()'s.
std::vector<std::string_view> BodiesIn(std::string_view ledger_body);

}  // namespace leadrelay::lead
