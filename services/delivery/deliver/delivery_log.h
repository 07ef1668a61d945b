#pragma once
// DeliveryLog: the lines that a delivery leaves in the log.  Ids, codes, fields and rules; never a
// lead's value.

#include <string>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/retry/decide.h"

namespace leadrelay::delivery {

// "mapping": what the connector's mappings cannot do for the job's lead.
void LogMappingWarnings(const Connector& connector, const Job& job, const std::string& destination);

// "attempt": one that was made, and what comes of it.
void LogAttempt(const Job& job,
                const config::Destination& destination,
                const AttemptFacts& facts,
                const Judgement& judged);

}  // namespace leadrelay::delivery
