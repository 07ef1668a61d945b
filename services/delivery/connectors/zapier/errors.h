#pragma once
// What a catch hook's answers mean.  Pure.
//
// A success says that Zapier has stored the lead, not that the Zap has run.  Nothing tells a
// repetition, so an answer after which the lead may have been stored is kUnknown.
// Not documented: what a deleted hook answers (success, 404 or 410), and Retry-After with 429.

#include <string>

#include "absl/time/time.h"

#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::zapier {

Verdict JudgeAnswer(const Answer& answer, absl::Time now);

// What Zapier's support asks for; empty when the answer does not say.
std::string RequestId(const json::Value& body);

}  // namespace leadrelay::delivery::zapier
