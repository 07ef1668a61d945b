#pragma once
// The messages that ingest publishes, as values.  Pure.

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "common/lead/envelope.h"

namespace leadrelay::ingest {

// An accepted lead: one message that names the ledger's queue and every destination's, so that one
// confirm covers them all.
// `lead_json` is the lead, normalised; envelope.lead is not looked at.
amqp::Message LeadMessage(const lead::Envelope& envelope,
                          std::string_view lead_json,
                          std::string traceparent);

// A lead from leads.inbound that we could not take, for the publisher's developers:
// {"publisher", "message_id", "received_at", "problem", "content_type", "body": base64}.  The body
// is what they sent, byte for byte, personal data included: the queue must be read and emptied.
// `problem` is one JSON value.
amqp::Message RejectedMessage(const amqp::Message& received,
                              std::string_view problem,
                              absl::Time now);

}  // namespace leadrelay::ingest
