#pragma once
// The message for what ingest does not take, as a value; what it takes travels in
// lead::LeadMessage.  Pure.

#include <string_view>

#include "absl/time/time.h"

#include "common/amqp/message.h"

namespace leadrelay::ingest {

// A lead from leads.inbound that we could not take, for the publisher's developers:
// {"publisher", "message_id", "received_at", "problem", "content_type", "body": base64}.  The body
// is what they sent, byte for byte, personal data included: the queue must be read and emptied.
// `problem` is one JSON value.
amqp::Message RejectedMessage(const amqp::Message& received,
                              std::string_view problem,
                              absl::Time now);

}  // namespace leadrelay::ingest
