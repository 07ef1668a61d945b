#pragma once
// MarkMessage: what asks a destination to mark the record that it made of a lead.  Pure.

#include <string>

#include "common/amqp/message.h"
#include "services/dlq/ledger/records.h"

namespace leadrelay::dlq {

// Its id, derived from the lead's and the destination's name.
std::string MarkId(const std::string& lead_id, const std::string& destination);

// A lead of its own, to the ledger and the destination's queue, as ingest would have published it:
// so it is claimed, delivered, retried, booked and replayed like any other.  Its document is
//
//   {"operation":"mark_synced","synced_lead_id":"ld_...","consent_given":true}
//
// Nothing but `traceparent` differs from one copy to the next.  The consent is the lead's, for
// destinations that require it.
amqp::Message MarkMessage(const DueMark& mark, std::string traceparent);

}  // namespace leadrelay::dlq
