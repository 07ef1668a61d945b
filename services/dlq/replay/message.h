#pragma once
// ReplayMessage: a dead letter as it goes out again.  Pure.

#include <string>

#include "common/amqp/message.h"
#include "services/dlq/ledger/records.h"

namespace leadrelay::dlq {

// To the destination's own queue, with the original bytes.  A fresh round: no attempts, no history,
// due at once; what earlier rounds found out stays: the progress, and whether the CRM may have it
// already.
amqp::Message ReplayMessage(const OutboxItem& item, const std::string& replay_id);

}  // namespace leadrelay::dlq
