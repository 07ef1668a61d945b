#pragma once
// Interpret: what a message of leads.ledger or leads.dead tells the ledger.  Pure.

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/amqp/message.h"
#include "services/dlq/ledger/entry.h"

namespace leadrelay::dlq {

// By the message's type:
//   lead.accepted      the lead; or, when the broker has dead-lettered it, a dead letter "crashed":
//                      it was handed to delivery again and again and never answered
//   leads.accepted     the leads in its lines, each as above
//   delivery.outcomes  the events in it
//   delivery.dead      the dead letter in it
// Anything else, and whatever cannot be read, is a dead letter "unreadable" with the message's (or
// the line's) bytes: nothing is ever dropped.
std::vector<Entry> Interpret(const amqp::Message& message, absl::Time now);

// A message that was read and that the ledger cannot hold all the same.
lead::DeadLetter Unreadable(const amqp::Message& message, const std::string& why, absl::Time now);

}  // namespace leadrelay::dlq
