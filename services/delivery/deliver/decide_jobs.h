#pragma once
// What becomes of a batch's jobs where the connector cannot say: it does not offer what is asked,
// no reply came, there is no credential, or it made a mistake.  Pure.

#include <optional>

#include "absl/status/status.h"

#include "common/http/sender.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery {

void DecideOpenJobs(Batch& batch, const Outcome& outcome);
// Those of them that the call carries.
void DecideJobsOf(const Call& call, Batch& batch, const Outcome& outcome);

// What this CRM cannot do is nobody's passing trouble.
void RejectWhatIsNotOffered(const Connector& connector, Batch& batch);

// Connector::Next() with its mistakes turned into outcomes: it throws, or comes to no verdict.
std::optional<Call> NextCall(const Connector& connector, Batch& batch, const Reply* last);

Outcome OutcomeOf(const http::TransportFailure& failure);
// Whether the CRM is to blame for it, as the breaker counts.
bool Strains(http::TransportFailure::Kind kind);

// Of a token that could not be had: Connector::ParseToken() has the classes.
Outcome OutcomeOfCredential(const absl::Status& status);

// Among the jobs of a call; null: none.
const Outcome* FirstOfKind(const Call& call, const Batch& batch, Outcome::Kind kind);
bool AnyStrain(const Call& call, const Batch& batch);

// Takes back the outcomes of jobs whose credential was refused, so that they are tried again.  All
// of them: one refusal decides the jobs of every call.
void ReopenUnauthorized(Batch& batch);

}  // namespace leadrelay::delivery
