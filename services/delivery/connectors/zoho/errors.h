#pragma once
// What Zoho's answers mean for a lead, by their code first (catalogue.h) and their status second:
// codes have moved between statuses from version to version.  Pure.

#include "absl/time/time.h"

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/api_error.h"

namespace leadrelay::delivery::zoho {

// A verdict on one record.  `status` is that of the whole answer.  `creates`: a failure that may
// have come after the record was made is kUnknown.
Outcome JudgeRecord(const ApiError& error, int status, bool creates, const SentField& sent);

Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now);

}  // namespace leadrelay::delivery::zoho
