#pragma once
// What the ledger is told of a delivery: outcome events and dead letters.  Pure.

#include <string>

#include "absl/time/time.h"

#include "common/lead/events.h"
#include "services/delivery/connectors/outcome.h"
#include "services/delivery/consume/item.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {

// Nothing was sent: the lead may not go there, or is there already.
lead::OutcomeEvent SuppressedEvent(const Item& item, std::string reason, absl::Time at);
lead::OutcomeEvent AlreadyDoneEvent(const Item& item, std::string remote_id, absl::Time at);

// After an attempt that was judged with `state`.
lead::OutcomeEvent DoneEvent(const Item& item,
                             const Outcome& outcome,
                             const lead::DeliveryState& state,
                             absl::Time at);
lead::OutcomeEvent RetryingEvent(const Item& item,
                                 const Outcome& outcome,
                                 const lead::DeliveryState& state,
                                 absl::Time next_at,
                                 absl::Time at);
// Without the body, which is the message's.
lead::DeadLetter LetterOf(const Item& item,
                          const Outcome& outcome,
                          const DeadLetterIt& why,
                          lead::DeliveryState state,
                          absl::Time at);

}  // namespace leadrelay::delivery
