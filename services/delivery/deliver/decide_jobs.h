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

// What a CRM says of a record travels in the headers of messages and stays in Redis and the ledger.
inline constexpr size_t kLongestFact = 1024;    // Bytes of an id, or of another fact to remember.
inline constexpr size_t kLongestReason = 2048;  // Bytes of its words; more is cut off.

// Connector::Next() with its mistakes turned into outcomes: it throws, or comes to no verdict.  The
// CRM's as well: a lead about which it says more than can be kept is rejected; a remote id that is
// too long is left out.
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
